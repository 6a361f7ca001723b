{{fn count_memories(under ltree DEFAULT ''::ltree, precision_wanted numeric DEFAULT 1.0) returns bigint}}
create or replace function {{schema}}.count_memories(
  under public.ltree default '', precision_wanted numeric(10,2) default 1.0
)
returns bigint
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select count(*) from {{schema}}.memory m where m.tree <@ count_memories.under
$$;
{{endfn}}
