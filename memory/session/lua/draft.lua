-- Draft: show the text so far of an answer being written, or withdraw it.
-- KEYS    1 head
-- ARGV    1 execution  2 fence  3 number  4 draft as JSON  5 ttl_s, 0 withdraws
-- Answer  1, or 0 when it comes too late
-- Race    a replaced owner still streaming, or a piece sent after its message was committed, must not be shown
local exec = redis.call('HMGET', base .. 'exec:' .. ARGV[1], 'status', 'fence', 'next')
if exec[1] ~= 'running' or exec[2] ~= ARGV[2] or tonumber(ARGV[3]) < tonumber(exec[3]) then return 0 end
if ARGV[5] == '0' then
  redis.call('DEL', base .. 'draft')
else
  redis.call('SET', base .. 'draft', ARGV[4], 'EX', ARGV[5])
end
redis.call('PUBLISH', base .. 'live', 'draft ' .. ARGV[4])
return 1
