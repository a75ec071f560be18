import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test as base } from 'vitest'
import type { AddressPolicy } from './address-guard.ts'
import type { RobotManners } from './robot.ts'

/** Receivers of this machine, and robots as they are by default. */
export function surroundings(addresses: AddressPolicy = { allowPrivateReceivers: true }) {
  const robot: RobotManners = {
    rateLimitCodes: [130101, 45009, 11232],
    authCodes: [310000, 93000, 19021],
    blockedMs: 60_000,
  }
  return { addresses, manners: { dingtalk: robot, wecom: robot, feishu: robot } }
}

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A real HTTP server that keeps what it gets and answers as it is told. */
export interface Receiver {
  readonly origin: string
  readonly requests: readonly ReceivedRequest[]
  answer(handler: (response: ServerResponse, request: ReceivedRequest) => void): void
  /** Connections it has seen, also those that were refused later. */
  connections(): number
}

export const test = base.extend<{ receiver: Receiver }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  receiver: async ({}, use) => {
    const requests: ReceivedRequest[] = []
    let connections = 0
    let handle = (response: ServerResponse, _request: ReceivedRequest): void => {
      response.end()
    }
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request
        const received = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
        requests.push(received)
        handle(response, received)
      })
    })
    server.on('connection', () => {
      connections += 1
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await use({
      origin: `http://127.0.0.1:${port}`,
      requests,
      answer: (handler) => {
        handle = handler
      },
      connections: () => connections,
    })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  },
})
