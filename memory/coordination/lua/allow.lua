-- Allow: count one try in a window that begins with the first.
-- KEYS    1 counter
-- ARGV    1 limit  2 window_ms
-- Answer  1 within the limit, 0 beyond it
-- Race    a counter without a time to live would lock a customer out for ever; both are set in one step
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if tries > tonumber(ARGV[1]) then return 0 end
return 1
