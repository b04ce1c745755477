-- Erase: forget a conversation. Only its tombstone stays, so that nothing late brings a part of it back.
-- KEYS    1 head
-- ARGV    1 customer
-- Answer  1, or 0 when there is nothing to erase, or it is another customer's
-- Race    a turn that runs: its commits find the tombstone and are refused; a new message is refused too
local state = redis.call('HMGET', head, 'customer', 'executions', 'epoch', 'seq')
if state[1] ~= ARGV[1] then return 0 end
for _, part in ipairs(redis.call('SMEMBERS', base .. 'parts')) do
  redis.call('DEL', base .. part)
end
for number = 1, tonumber(state[2] or 0) do
  redis.call('DEL', base .. string.format('exec:x%06d', number))
end
redis.call('DEL', head, base .. 'parts', base .. 'draft', base .. 'session', base .. 'blobs')
redis.call('HSET', head, 'gone', 1, 'epoch', (state[3] or 0) + 1, 'seq', state[4] or 0)
hint()
return 1
