create or replace function {{schema}}.fill_version()
returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  new.version := 1;
  new.version_hash := sha256(convert_to(new.content, 'UTF8'));
  return new;
end
$$;

create or replace trigger memory_fill_version
before insert on {{schema}}.memory
for each row execute function {{schema}}.fill_version();
