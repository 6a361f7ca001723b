select s.slug from core.space s
