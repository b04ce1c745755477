-- Trim: let go of executions that have landed in the archive, and of all records up to the last of them.
-- KEYS    1 head
-- ARGV    1 up to this seq  2 count of executions, then those, then digests of prompt parts
-- Answer  1, or 0 while an execution runs: then nothing is done
-- Race    a turn that begins meanwhile finds either all of its conversation or none of what is let go of
if (redis.call('HGET', head, 'active') or '') ~= '' then return 0 end
for _, part in ipairs(redis.call('SMEMBERS', base .. 'parts')) do
  if string.match(part, '^log:') then
    redis.call('XTRIM', base .. part, 'MINID', (ARGV[1] + 1) .. '-0')
  end
end
for i = 3, 2 + ARGV[2] do
  redis.call('DEL', base .. 'exec:' .. ARGV[i])
end
for i = 3 + ARGV[2], #ARGV do
  redis.call('HDEL', base .. 'blobs', ARGV[i])
end
return 1
