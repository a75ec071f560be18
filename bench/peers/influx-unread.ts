import { request } from 'node:http'

/**
 * Value and arrival of every reading of one point in the cheapest form InfluxDB 1 knows, asked by itself;
 * the answer is received and thrown away. Resolves to its bytes.
 */
export function askUnread(
  port: number,
  question: {
    readonly database: string
    readonly deviceId: string
    readonly point: string
    readonly fromMs: number
    readonly toMs: number
  },
): Promise<number> {
  const { database, deviceId, point, fromMs, toMs } = question
  const statement =
    'SELECT "value", "arrived_at_ms" FROM "vigil"."vigil_readings"' +
    ` WHERE "device" = '${deviceId}' AND "point" = '${point}'` +
    ` AND time >= ${fromMs}ms AND time < ${toMs}ms`
  const form = { db: database, epoch: 'ms', q: statement, chunked: 'true', chunk_size: '10000' }
  const headers = {
    accept: 'application/x-msgpack',
    'content-type': 'application/x-www-form-urlencoded',
  }
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/query', method: 'POST', headers }
    const sent = request(options, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.once('error', reject)
      response.once('end', () => resolve(bytes))
    })
    sent.once('error', reject)
    sent.end(new URLSearchParams(form).toString())
  })
}
