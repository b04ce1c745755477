-- Shared beginning of every script of a conversation: its keys, the time, and the one way to write a record.
-- KEYS  1 head, which names the slot; every other key is the same prefix plus a part (memory/session/keys.py)
local head = KEYS[1]
local base = string.sub(head, 1, -5)
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)

-- Stream ids are sequence numbers, so the join of all logs is a merge and cannot be out of order.
local function append(log, execution, number, fence, data)
  local seq = redis.call('HINCRBY', head, 'seq', 1)
  redis.call('XADD', base .. 'log:' .. log, seq .. '-0',
    'x', execution, 'n', number, 'f', fence, 'at', now_ms, 'd', data)
  redis.call('SADD', base .. 'parts', 'log:' .. log, 'parts')
  return seq
end

local function hint()
  redis.call('PUBLISH', base .. 'live', 'seq ' .. (redis.call('HGET', head, 'seq') or 0))
end
