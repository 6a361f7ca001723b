-- What a guard block calls before and after the definition of a function. Signatures are compared
-- as the server prints them with search_path = pg_catalog, public, white space aside.

create or replace function {{schema}}.function_signature(name text, arguments text, result text)
returns text
language sql
immutable
set search_path = pg_catalog, public, pg_temp
as $$
  select regexp_replace(format('%s(%s) returns %s', name, arguments, result), '\s+', ' ', 'g')
$$;

create or replace function {{schema}}.functions_named(name text, out oid oid, out signature text)
returns setof record
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select p.oid,
    {{schema}}.function_signature(
      p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid))
  from pg_proc p
  where p.pronamespace = '{{schema}}'::regnamespace and p.proname = functions_named.name
$$;

-- `create or replace` can change neither the result nor the names of the arguments.
create or replace function {{schema}}.drop_function_if_signature_differs(
  name text, arguments text, result text
)
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
  other oid;
begin
  for other in
    select f.oid
    from {{schema}}.functions_named(name) f
    where f.signature <> {{schema}}.function_signature(name, arguments, result)
  loop
    execute 'drop function ' || other::regprocedure;
  end loop;
end
$$;

create or replace function {{schema}}.assert_function_signature(
  name text, arguments text, result text
)
returns void
language plpgsql
stable
set search_path = pg_catalog, public, pg_temp
as $$
declare
  promised text := {{schema}}.function_signature(name, arguments, result);
  defined text := (select string_agg(f.signature, '; ') from {{schema}}.functions_named(name) f);
begin
  if defined is distinct from promised then
    raise exception 'the guard block promises %, but there is %',
      promised, coalesce(defined, 'no such function')
      using errcode = 'invalid_function_definition';
  end if;
end
$$;
