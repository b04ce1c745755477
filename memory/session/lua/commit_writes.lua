-- The writes of a commit, used once all checks have passed. ARGV is commit.lua's.
local function write_records(exec)
  local number, count, first_seq = tonumber(ARGV[4]), tonumber(ARGV[10]), 0
  for i = 11, 10 + 3 * count, 3 do
    local seq = append(ARGV[i], ARGV[1], number, ARGV[2], ARGV[i + 1])
    redis.call('HSET', exec, 'e:' .. number, seq .. ' ' .. ARGV[i], 'recoveries', 0)
    if ARGV[i + 2] ~= '' then
      redis.call('RPUSH', base .. 'messages', seq .. ' ' .. now_ms .. ' ' .. ARGV[i + 2])
      redis.call('SADD', base .. 'parts', 'messages')
    end
    if first_seq == 0 then first_seq = seq end
    number = number + 1
  end
  for i = 11 + 3 * count, #ARGV, 4 do
    local command, part, field = ARGV[i], base .. ARGV[i + 1], ARGV[i + 2]
    if command == 'HDEL' then redis.call('HDEL', part, field) else redis.call(command, part, field, ARGV[i + 3]) end
    redis.call('SADD', base .. 'parts', ARGV[i + 1])
  end
  return first_seq, number
end

-- Times to live are set here, at the end of a turn, not on every commit. Only the head stays for ever.
local function finish(exec)
  redis.call('HSET', exec, 'status', ARGV[8])
  redis.call('HSET', head, 'active', '')
  redis.call('EXPIRE', exec, ARGV[9])
  for _, part in ipairs(redis.call('SMEMBERS', base .. 'parts')) do
    redis.call('EXPIRE', base .. part, ARGV[9])
  end
end
