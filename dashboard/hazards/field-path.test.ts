import { expect, test } from 'vitest'
import { fieldKeyOf, valueAt, withValue } from './field-path.ts'

const DOSSIER = { name: '罐区', units: [{ name: '一号' }, { name: '二号' }], position: null }

test('a value is read and replaced where the path says, and nothing beside it changes', () => {
  const changed = withValue(DOSSIER, ['units', 1, 'name'], '三号')
  expect(valueAt(changed, ['units', 1, 'name'])).toBe('三号')
  expect(changed.units[0]).toBe(DOSSIER.units[0])
  expect(DOSSIER.units[1]?.name).toBe('二号')
})

test('a path that leads nowhere has no value', () => {
  expect(valueAt(DOSSIER, ['position', 'latitude'])).toBeUndefined()
})

test('positions are no part of what a field is called', () => {
  expect(fieldKeyOf('units.0.substances.12.quantity')).toBe('units_substances_quantity')
})
