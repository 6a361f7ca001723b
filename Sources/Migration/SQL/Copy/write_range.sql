copy :"schema".memory
  (id, meta, tree, temporal, content, embedding, :"version", created_at, updated_at)
from stdin (format binary)
