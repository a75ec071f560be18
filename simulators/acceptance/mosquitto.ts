import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestDevice } from './app-harness.ts'

/** Publishes with Debian's mosquitto_pub at QoS 1: exit code 0 means that PUBACK came. */
export async function mosquittoPub(
  port: number,
  device: TestDevice,
  payload: string | Buffer,
  topic = `devices/${device.id}/readings`,
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(
    'mosquitto_pub',
    [
      ...['-h', '127.0.0.1', '-p', String(port)],
      ...['-u', device.id, '-P', device.token],
      ...['-q', '1', '-t', topic, '-s'],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  child.stdin.end(payload)
  const [code] = await once(child, 'exit')
  return { code, output }
}
