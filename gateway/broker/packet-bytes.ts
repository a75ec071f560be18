import { PACKET_TYPE } from './frame-reader.ts'

/** The packets we write ourselves, as bytes. What goes to a subscriber is written by aedes. */

export const PINGRESP = Buffer.from([PACKET_TYPE.pingresp << 4, 0])

export const SUBACK_FAILURE = 0x80

export function connackBytes(sessionPresent: boolean, returnCode: number): Buffer {
  return Buffer.from([PACKET_TYPE.connack << 4, 2, sessionPresent ? 1 : 0, returnCode])
}

export function subackBytes(packetIdentifier: number, returnCodes: readonly number[]): Buffer {
  const length = remainingLengthBytes(2 + returnCodes.length)
  return Buffer.from([
    PACKET_TYPE.suback << 4,
    ...length,
    packetIdentifier >> 8,
    packetIdentifier & 0xff,
    ...returnCodes,
  ])
}

export function unsubackBytes(packetIdentifier: number): Buffer {
  return Buffer.from([PACKET_TYPE.unsuback << 4, 2, packetIdentifier >> 8, packetIdentifier & 0xff])
}

function remainingLengthBytes(length: number): number[] {
  const bytes: number[] = []
  for (let rest = length; ; ) {
    const isLast = rest < 0x80
    bytes.push(isLast ? rest : (rest & 0x7f) | 0x80)
    if (isLast) return bytes
    rest >>= 7
  }
}
