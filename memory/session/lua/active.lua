-- Active: what the slot says of the execution that an index entry points at.
-- KEYS    1 head
-- Answer  {active execution or '', lease_until}
-- Race    none: an answer that is old in a moment makes a sweeper try a claim, which then refuses
local active = redis.call('HGET', head, 'active') or ''
return {active, tonumber(redis.call('HGET', base .. 'exec:' .. active, 'lease_until') or 0)}
