-- A call of 60 bytes, or that of the first argument, always the same: wrk builds it once. At the end one line of JSON.
wrk.method = "POST"
wrk.body = '{"tool_name":"echo","parameters":{"text":"0123456789abcdef"}}'
wrk.headers["Content-Type"] = "application/json"

function init(args)
  if args[1] then wrk.body = args[1] end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"bad":%d,"broken":%d,"perSecond":%.1f,"p50Ms":%.3f,"p99Ms":%.3f,"maxMs":%.3f}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3))
end
