-- Refuse: the beginning that commit has besides; a refused commit leaves one drop record, however often it is sent.
local function refuse(exec, exists, status)
  if not exists or redis.call('HSETNX', exec, 'refused:' .. ARGV[5], status) == 0 then return end
  local what = {kind = 'dropped', why = status, commit_id = ARGV[5], fence = tonumber(ARGV[2]), number = tonumber(ARGV[4])}
  append('system', ARGV[1], 0, ARGV[2], cjson.encode(what))
  -- No turn may end after this one, and give the log its time to live.
  if redis.call('HGET', head, 'active') == '' then redis.call('EXPIRE', base .. 'log:system', ARGV[9]) end
  hint()
end
