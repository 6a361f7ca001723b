-- Memories of one engine whose words may not fit into a tsvector, which has 1 MiB for them and their
-- positions. A word takes up to four times its bytes, because a URL or a hyphenated word counts as a whole
-- and in parts. octet_length reads a toasted text's length without the text.
select :'slug'::text as slug, id
from :"schema".memory
where octet_length(content) > 262144
