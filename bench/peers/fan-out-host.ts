import { WebSocketServer } from 'ws'

/**
 * The least that telling everybody can cost: it writes a text that it is told to each WebSocket that is open, and
 * decides nothing. A process of its own, as the gateway is.
 */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.once('listening', () =>
  process.send?.({ port: (server.address() as { port: number }).port }),
)
process.on('message', ({ text }: { readonly text: string }) => {
  for (const client of server.clients) client.send(text)
})
process.on('disconnect', () => process.exit(0))
