/**
 * Milliseconds for which this process has computed. For bounds on how much work something is: the time on the wall grows with whatever
 * else the machine does.
 */
export function workTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
