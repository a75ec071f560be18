import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueAt, withValue } from './draft-path.ts'

const DRAFT = { name: { zh: '甲' }, condition: { setpoints: [{ setpoint: 1 }, { setpoint: 2 }] } }

describe('withValue', () => {
  it('changes what stands at the path and nothing else', () => {
    const changed = withValue(DRAFT, 'condition.setpoints.1.setpoint', 5)
    expect(valueAt(changed, 'condition.setpoints')).toEqual([{ setpoint: 1 }, { setpoint: 5 }])
    expect(valueAt(changed, 'name')).toBe(DRAFT.name)
    expect(DRAFT.condition.setpoints[1]?.setpoint).toBe(2)
  })

  it('takes a field away with undefined, and makes the way to a new one', () => {
    expect(withValue(DRAFT, 'name', undefined)).toEqual({ condition: DRAFT.condition })
    expect(withValue({}, 'gap.policy', 'void')).toEqual({ gap: { policy: 'void' } })
  })

  it('is read back at the same path', () => {
    const key = fc.constantFrom('a', 'b', 'c')
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.integer(), (keys, value) => {
        const path = keys.join('.')
        expect(valueAt(withValue({}, path, value), path)).toBe(value)
      }),
    )
  })
})
