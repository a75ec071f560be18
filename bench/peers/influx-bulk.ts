import { Agent, request } from 'node:http'
// biome-ignore lint/style/noRestrictedImports: the same readings as the gateway's writer gets.
import type { Reading } from '#alerting/reading.ts'
import type { ReadingsOfADay } from '../load/readings-of-a-day.ts'

/**
 * InfluxDB as fast as it takes readings: lines encoded beforehand, the form and number of connections
 * that were found fastest, and nothing else to do. The lines are those that the gateway writes.
 */
const LINES_PER_REQUEST = 5_000
const CONNECTIONS = 4
const BATCHES_PER_REQUEST = LINES_PER_REQUEST / 1_000

export function encodeBulk(readings: ReadingsOfADay): readonly Buffer[] {
  const bodies: Buffer[] = []
  for (let offset = 1; offset <= readings.batches; offset += BATCHES_PER_REQUEST) {
    const last = Math.min(offset + BATCHES_PER_REQUEST - 1, readings.batches)
    const batches = Array.from({ length: last - offset + 1 }, (_, n) =>
      readings.batchAt(offset + n),
    )
    const lines = batches.flatMap((batch) => batch.readings.map(lineOf))
    bodies.push(Buffer.from(lines.join('\n')))
  }
  return bodies
}

/** Resolves when all are acknowledged. */
export async function writeBulk(
  port: number,
  {
    database,
    policy,
    bodies,
  }: {
    readonly database: string
    readonly policy: string
    readonly bodies: readonly Buffer[]
  },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const path = `/write?db=${encodeURIComponent(database)}&rp=${policy}&precision=ms`
  const waiting = bodies.values()
  const connection = async () => {
    for (const body of waiting) await post({ port, path, agent, body })
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  agent.destroy()
}

function lineOf({ deviceId, point, value, arrivedAtMs, observedAtMs }: Reading): string {
  return `vigil_readings,device=${deviceId},point=${point} arrived_at_ms=${arrivedAtMs}i,value=${Number(value)} ${observedAtMs}`
}

function post({
  port,
  path,
  agent,
  body,
}: {
  readonly port: number
  readonly path: string
  readonly agent: Agent
  readonly body: Buffer
}): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent, method: 'POST' }
    const sent = request(options, (response) => {
      response.resume()
      response.once('end', () =>
        response.statusCode === 204
          ? resolve()
          : reject(new Error(`InfluxDB answers ${response.statusCode}`)),
      )
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
