-- Put: change fields of a hash of the conversation outside any execution (a thumb, a title).
-- KEYS    1 head
-- ARGV    1 part  2 ttl_s  then {field, value|''}*: '' deletes
-- Answer  1, or 0 when there is no such conversation (any more)
-- Race    erasing a conversation: what comes after it must not bring a part of it back
local of = redis.call('HMGET', head, 'gone', 'customer', 'active')
if of[1] or not of[2] then return 0 end
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', base .. ARGV[1], ARGV[i])
  else
    redis.call('HSET', base .. ARGV[1], ARGV[i], ARGV[i + 1])
  end
end
redis.call('SADD', base .. 'parts', ARGV[1], 'parts')
if not of[3] or of[3] == '' then
  redis.call('EXPIRE', base .. ARGV[1], ARGV[2])
  redis.call('EXPIRE', base .. 'parts', ARGV[2])
end
return 1
