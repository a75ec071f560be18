import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws'
import { MQTT_LIMITS } from '#config/limits.ts'

const PATH = '/mqtt'
/** [MQTT-6.0.0-3]; the second is what clients of MQTT 3.1 offer. */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1']
/** More pieces than this make no sense for a device; each costs memory of its own. */
const FRAGMENTS_MAX = 64

interface StreamHandler {
  handleStream(stream: Duplex, remoteAddress: string): void
}

/**
 * MQTT over WebSocket at `/mqtt` of an HTTP server that others use as well: only upgrades of that path
 * are touched. The Origin is not looked at, because there is no cookie to abuse: whoever speaks MQTT
 * here shows a device's credential first. Returns a function that lets go of the server.
 */
export function attachWebSocket(
  server: Server,
  broker: StreamHandler,
  options: { readonly messageBytesMax?: number } = {},
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.messageBytesMax ?? MQTT_LIMITS.webSocketMessageBytesMax,
    maxFragments: FRAGMENTS_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) !== PATH) return
    if (!offersMqtt(request)) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      serve(webSocket, { broker, remoteAddress: request.socket.remoteAddress ?? '' }),
    )
  }
  server.on('upgrade', upgrade)
  return () => {
    server.off('upgrade', upgrade)
    sockets.close()
  }
}

function serve(
  webSocket: WebSocket,
  options: { broker: StreamHandler; remoteAddress: string },
): void {
  const stream = createWebSocketStream(webSocket)
  // [MQTT-6.0.0-1]
  webSocket.on('message', (_data, isBinary) => {
    if (!isBinary) stream.destroy()
  })
  options.broker.handleStream(stream, options.remoteAddress)
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

function offersMqtt(request: IncomingMessage): boolean {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',')
  return offered.some((name) => SUBPROTOCOLS.includes(name.trim()))
}
