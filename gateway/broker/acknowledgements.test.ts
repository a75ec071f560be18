import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Acknowledgements, NO_ANSWER } from './acknowledgements.ts'
import { PACKET_TYPE } from './frame-reader.ts'

const PUBACK = PACKET_TYPE.puback

/** What is written, as packet identifiers, and whether the oldest answer failed. */
function setUp() {
  const written: number[] = []
  const failures = { count: 0 }
  const acknowledgements = new Acknowledgements({
    write: (bytes, count) => {
      expect(bytes).toHaveLength(count * 4)
      for (let at = 0; at < bytes.length; at += 4) {
        expect([bytes[at], bytes[at + 1]]).toEqual([PUBACK << 4, 2])
        written.push(bytes.readUInt16BE(at + 2))
      }
    },
    failed: () => {
      failures.count += 1
    },
  })
  return { acknowledgements, written, failures }
}

test('answers leave in the order of the messages, in whatever order those are settled', () => {
  const message = fc.record({
    /** Settled after so many later ones have come. */
    delay: fc.nat(40),
    qos: fc.constantFrom(0, 1),
    identifier: fc.integer({ min: 1, max: 65_535 }),
    bytes: fc.nat(2 ** 20),
  })
  fc.assert(
    fc.property(fc.array(message, { maxLength: 120 }), (messages) => {
      const { acknowledgements, written, failures } = setUp()
      const waiting = new Map<number, { readonly dueAt: number; readonly bytes: number }>()
      const settleDue = (now: number) => {
        for (const [ticket, { dueAt, bytes }] of waiting) {
          if (dueAt > now) continue
          expect(acknowledgements.bytesOf(ticket)).toBe(bytes)
          acknowledgements.settle(ticket)
          waiting.delete(ticket)
        }
        acknowledgements.flush()
      }
      for (const [now, { delay, qos, identifier, bytes }] of messages.entries()) {
        const packetType = qos === 0 ? NO_ANSWER : PUBACK
        waiting.set(acknowledgements.add(packetType, identifier, bytes), {
          dueAt: now + delay,
          bytes,
        })
        settleDue(now)
      }
      settleDue(Number.POSITIVE_INFINITY)
      expect(written).toEqual(
        messages.filter(({ qos }) => qos === 1).map(({ identifier }) => identifier),
      )
      expect(failures.count).toBe(0)
    }),
  )
})

test('nothing is written after one that failed, and what was before it is', () => {
  const { acknowledgements, written, failures } = setUp()
  const [first, second, third] = [7, 8, 9].map((id) => acknowledgements.add(PUBACK, id, 1))
  acknowledgements.settle(third ?? -1)
  acknowledgements.fail(second ?? -1)
  acknowledgements.flush()
  expect([written, failures.count]).toEqual([[], 0])
  acknowledgements.settle(first ?? -1)
  acknowledgements.flush()
  expect([written, failures.count]).toEqual([[7], 1])
  expect(acknowledgements.packetIdentifierOf(second ?? -1)).toBe(8)
})
