import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PendingAppends } from './pending-appends.ts'

test('what was pushed comes out in order and as it was, however many wait', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ shift: fc.integer({ min: 1, max: 900 }) }),
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(steps, (all) => {
      const pending = new PendingAppends<{ readonly n: number }>()
      const depositors = [0, 1, 2].map(() => ({ settled: () => undefined }))
      let [pushed, shifted] = [0, 0]
      for (const step of all) {
        const more = 'push' in step ? step.push : 0
        for (let left = more; left > 0; left -= 1) {
          const depositor = depositors[pushed % 3] ?? { settled: () => undefined }
          pending.push(depositor, pushed * 2, pushed % 16, pushed % 5 === 0 ? { n: pushed } : null)
          pushed += 1
        }
        const most = 'shift' in step ? Math.min(step.shift, pushed - shifted) : 0
        for (let left = most; left > 0; left -= 1) {
          const { depositor, ...oldest } = pending.shift()
          expect(depositor).toBe(depositors[shifted % 3])
          const rest = shifted % 5 === 0 ? { n: shifted } : null
          expect(oldest).toEqual({ ticket: shifted * 2, accepted: shifted % 16, rest })
          shifted += 1
        }
        expect(pending).toMatchObject({ begun: pushed, settled: shifted })
      }
    }),
  )
})
