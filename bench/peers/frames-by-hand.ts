import { createServer, type Socket } from 'node:net'

/**
 * The least a server of MQTT can do: it finds where frames begin and end, and answers CONNECT and QoS 1
 * PUBLISH, all of one chunk in one write. What the load generator reaches against it is what it can
 * generate; what a broker does not reach of it is the broker's own cost.
 */
const CONNECT = 1
const PUBLISH = 3
const CONNACK = Buffer.from([0x20, 2, 0, 0])
const PUBACK = 0x40
const PUBACK_BYTES = 4

export interface FrameServerOptions {
  readonly port: number
  /** Every payload is parsed as JSON. */
  readonly parsesJson: boolean
}

export function listenByHand({ port, parsesJson }: FrameServerOptions): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    let rest: Buffer | null = null
    socket.on('data', (chunk: Buffer) => {
      rest = takeFrames(socket, rest === null ? chunk : Buffer.concat([rest, chunk]), parsesJson)
    })
    socket.on('error', () => socket.destroy())
  })
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', 4_096, () =>
      resolve((server.address() as { port: number }).port),
    )
  })
}

/** Answers the whole frames; what is left over belongs to the next chunk. */
function takeFrames(socket: Socket, bytes: Buffer, parsesJson: boolean): Buffer | null {
  // No frame of ours is shorter than its acknowledgement.
  const answers = Buffer.allocUnsafe(bytes.length)
  let answered = 0
  let at = 0
  while (at < bytes.length) {
    const bodyAt = bodyOf(bytes, at)
    if (bodyAt === -1) break
    const end = bodyAt + lengthOf(bytes, at)
    if (end > bytes.length) break
    const type = (bytes[at] ?? 0) >> 4
    if (type === CONNECT) socket.write(CONNACK)
    if (type === PUBLISH) {
      const identifierAt = bodyAt + 2 + bytes.readUInt16BE(bodyAt)
      answers[answered] = PUBACK
      answers[answered + 1] = 2
      answers[answered + 2] = bytes[identifierAt] ?? 0
      answers[answered + 3] = bytes[identifierAt + 1] ?? 0
      answered += PUBACK_BYTES
      if (parsesJson) JSON.parse(bytes.toString('latin1', identifierAt + 2, end))
    }
    at = end
  }
  if (answered > 0) socket.write(answers.subarray(0, answered))
  return at === bytes.length ? null : bytes.subarray(at)
}

/** Where the body begins: after the length, whose bytes but the last have their highest bit set. -1: not there yet. */
function bodyOf(bytes: Buffer, at: number): number {
  for (let next = at + 1; next < bytes.length; next += 1) {
    if ((bytes[next] ?? 0) < 0x80) return next + 1
  }
  return -1
}

function lengthOf(bytes: Buffer, at: number): number {
  let length = 0
  for (let next = at + 1, weight = 1; ; next += 1, weight *= 0x80) {
    const byte = bytes[next] ?? 0
    length += (byte & 0x7f) * weight
    if (byte < 0x80) return length
  }
}
