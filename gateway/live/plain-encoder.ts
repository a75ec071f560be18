import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser'

/**
 * Socket.IO looks through every object it sends for binary parts, which takes longer than writing it as JSON.
 * We send none, so events are written at once (socket.io-protocol 5, "Packet encoding").
 */
class PlainEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    if (packet.type !== PacketType.EVENT || packet.nsp !== '/' || packet.id !== undefined) {
      return super.encode(packet)
    }
    return [`${PacketType.EVENT}${JSON.stringify(packet.data)}`]
  }
}

export const plainParser = { Encoder: PlainEncoder, Decoder }
