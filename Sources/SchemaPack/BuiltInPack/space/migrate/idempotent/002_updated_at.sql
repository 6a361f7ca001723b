create or replace function {{schema}}.touch_updated_at()
returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create or replace trigger memory_touch_updated_at
before update on {{schema}}.memory
for each row execute function {{schema}}.touch_updated_at();
