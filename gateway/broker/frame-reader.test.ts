import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packetBytes } from './broker-harness.suite.ts'
import { type Admit, FrameReader } from './frame-reader.ts'

const HEAD_BYTES = 40
const WHOLE_BYTES_MAX = 200

const admit: Admit = (type, length) =>
  type === 15 ? 'refused' : length <= WHOLE_BYTES_MAX ? 'whole' : 'head'

interface Read {
  firstByte: number
  body: string
  isCut: boolean
}

function readAll(chunks: readonly Buffer[]): { frames: Read[]; end: string } {
  const reader = new FrameReader({ admit, headBytes: HEAD_BYTES })
  const frames: Read[] = []
  let end = 'incomplete'
  for (const chunk of chunks) {
    reader.push(chunk)
    for (;;) {
      const frame = reader.next()
      if (typeof frame === 'string') {
        end = frame
        break
      }
      const { type, flags, buffer, start, end: to, isCut } = frame
      frames.push({
        firstByte: (type << 4) | flags,
        body: buffer.toString('hex', start, to),
        isCut,
      })
    }
    if (end !== 'incomplete') break
  }
  return { frames, end }
}

const aPacket = fc.record({
  firstByte: fc.integer({ min: 0, max: 0xef }),
  body: fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 30 }) },
    fc.uint8Array({ minLength: 100, maxLength: 400 }),
  ),
})

describe('FrameReader', () => {
  test('gives the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(aPacket, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1 }),
        (packets, sizes) => {
          const bytes = Buffer.concat(
            packets.map(({ firstByte, body }) => packetBytes(firstByte, Buffer.from(body))),
          )
          const chunks: Buffer[] = []
          for (let at = 0, index = 0; at < bytes.length; index += 1) {
            const size = sizes[index % sizes.length] ?? 1
            chunks.push(bytes.subarray(at, at + size))
            at += size
          }
          const expected = packets.map(({ firstByte, body }) => ({
            firstByte,
            body: Buffer.from(
              body.length <= WHOLE_BYTES_MAX ? body : body.subarray(0, HEAD_BYTES),
            ).toString('hex'),
            isCut: body.length > WHOLE_BYTES_MAX,
          }))
          expect(readAll(chunks)).toEqual({ frames: expected, end: 'incomplete' })
        },
      ),
      { numRuns: 500 },
    )
  })

  test.each([
    ['a refused type', [0xf0, 0x00], 'packet_too_large'],
    ['a length that goes on', [0x30, 0x80, 0x80, 0x80, 0x80], 'malformed_length'],
    ['a length of four bytes', [0x30, 0x80, 0x80, 0x80, 0x01], 'incomplete'],
    ['half a header', [0x30], 'incomplete'],
    ['half a length', [0x30, 0x80], 'incomplete'],
  ])('stops at %s', (_, bytes, end) => {
    expect(readAll([Buffer.from(bytes)])).toEqual({ frames: [], end })
  })

  test('judges a frame by its header, before its body has come', () => {
    const asked: number[][] = []
    const reader = new FrameReader({
      admit: (type, length) => {
        asked.push([type, length])
        return 'whole'
      },
      headBytes: HEAD_BYTES,
    })
    reader.push(Buffer.from([0x10, 0xff, 0x01, 0x00]))
    expect(reader.next()).toBe('incomplete')
    expect(asked).toEqual([[1, 255]])
  })

  test('does not overwrite a body that somebody still holds', () => {
    const reader = new FrameReader({ admit, headBytes: HEAD_BYTES })
    const held: Buffer[] = []
    for (const content of ['first', 'second']) {
      const bytes = packetBytes(0x30, Buffer.from(content))
      reader.push(bytes.subarray(0, 4))
      expect(reader.next()).toBe('incomplete')
      reader.push(bytes.subarray(4))
      const frame = reader.next()
      if (typeof frame === 'string') throw new Error(frame)
      held.push(frame.buffer.subarray(frame.start, frame.end))
    }
    expect(held.map(String)).toEqual(['first', 'second'])
  })
})
