-- One engine's memories by the properties that a schema pack may refuse: the id's version, the type of meta,
-- and the form of temporal; with the values of one row of each kind, but of meta only a value of its type.
select :'slug'::text as slug, count(*) as rows, min(m.id::text) as id, m.meta, m.form,
  min(m.temporal::text) as temporal
from (
  select id, temporal, pg_catalog.uuid_extract_version(id) as version,
    case pg_catalog.jsonb_typeof(meta)
      when 'object' then '{}' when 'array' then '[]' when 'string' then '""' when 'number' then '0'
      when 'boolean' then 'true' else 'null'
    end as meta,
    case when temporal is not null then
      concat_ws(' ', isempty(temporal), lower_inc(temporal), upper_inc(temporal), lower_inf(temporal),
        upper_inf(temporal), lower(temporal) = upper(temporal))
    end as form
  from :"schema".memory) m
group by m.version, m.meta, m.form
