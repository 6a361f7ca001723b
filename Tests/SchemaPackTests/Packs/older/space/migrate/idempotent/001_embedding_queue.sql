create or replace function {{schema}}.enqueue_embedding()
returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  insert into {{schema}}.embedding_queue (memory_id, content_version)
  values (new.id, new.embedding_version);
  return null;
end
$$;

create or replace trigger memory_enqueue_embedding
after insert on {{schema}}.memory
for each row when (new.embedding is null)
execute function {{schema}}.enqueue_embedding();
