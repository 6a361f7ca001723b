-- R4. $1 owner, $2 names. `created` is false for an agent that another engine created.
with wanted as (
  select n.name, p.id
  from unnest($2::text[]) n (name)
  left join core.principal p
    on p.kind = 'a' and p.owner_id = $1::uuid
    and p.name operator(public.=) n.name::public.citext
)
select w.name, coalesce(w.id, core.create_agent($1::uuid, w.name)) as id, w.id is null as created
from wanted w
