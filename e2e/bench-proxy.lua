-- What the benchmark of proxies reads: one line of figures at the end of a run of wrk.
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("requests=%d micros=%d errors=%d p50=%d p99=%d max=%d\n",
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
