-- Commit: append records to an execution and apply what they change, all or nothing; every check is before any write.
-- KEYS    1 head
-- ARGV    1 execution  2 fence  3 epoch|''  4 number  5 commit id  6 take  7 quiet 1|0  8 status|''  9 ttl_s
--         10 count of records, then {log, data, window entry|''}*, then {command, part, field, value}*
-- Answer  {status, first seq, at_ms, inbox}
-- Race    an owner that lost its lease: its fence is old, its commit writes one drop record and nothing else;
--         a message that arrives as a turn ends: the end is refused while the inbox holds more than is taken
local exec = base .. 'exec:' .. ARGV[1]
local was = redis.call('HMGET', exec, 'status', 'fence', 'next', 'commit', 'first_seq', 'at_ms')
local of = redis.call('HMGET', head, 'gone', 'epoch')
local ends = ARGV[8] ~= '' and ARGV[8] ~= 'running'
local function answer(status, first_seq, at_ms)
  return {status, tonumber(first_seq), tonumber(at_ms), redis.call('LRANGE', base .. 'inbox', 0, -1)}
end
if of[1] then return answer('gone', 0, now_ms) end
local known = was[4] == ARGV[5]
if known and was[2] == ARGV[2] then return answer('repeated', was[5], was[6]) end
local no = (was[1] ~= 'running' or was[2] ~= ARGV[2] or was[3] ~= ARGV[4]) and 'stale'
  or ARGV[3] ~= '' and ARGV[3] ~= (of[2] or '0') and 'epoch'
if no and not known then refuse(exec, was[1], no) end
if no then return answer(no, 0, now_ms) end
local crowded = redis.call('LLEN', base .. 'inbox') > tonumber(ARGV[6])
if crowded and (ends or ARGV[7] == '1') then return answer('inbox', 0, now_ms) end

local first_seq, next_number = write_records(exec)
redis.call('LTRIM', base .. 'inbox', ARGV[6], -1)
redis.call('DEL', base .. 'draft')
redis.call('HSET', exec, 'next', next_number, 'commit', ARGV[5], 'first_seq', first_seq, 'at_ms', now_ms)
if ends then finish(exec) end
hint()
return answer('ok', first_seq, now_ms)
