import { describe, expect, it } from 'vitest'
import { aRule } from '#alerting/builders.suite.ts'
import type { AlarmMatch } from '../database/alarm-filter.ts'
import { findAlarmMatches } from './alarm-search.ts'
import { PlantModel } from './plant-model.ts'

class Plant extends PlantModel {
  constructor() {
    super([])
    const organizations = [
      { id: 'town', name: '南港镇', kind: 'town', parentId: null },
      { id: 'acme', name: '潮信精细化工', kind: 'enterprise', parentId: 'town' },
      { id: 'paint', name: '海岬涂料', kind: 'enterprise', parentId: null },
    ] as const
    for (const row of organizations) this.organizationRows.set(row.id, { ...row, createdAtMs: 0 })
    for (const [id, organizationId] of [
      ['plant-1', 'acme'],
      ['yard', 'paint'],
    ] as const) {
      const where = { address: '', position: null, contactName: '', contactPhone: '' }
      this.siteRows.set(id, { id, name: `${id} 厂区`, organizationId, createdAtMs: 0, ...where })
    }
    for (const [id, name, siteId] of [
      ['gas-1', '一号罐', 'plant-1'],
      ['gas-2', '二号罐', 'yard'],
    ] as const) {
      this.deviceRows.set(id, {
        id,
        name,
        siteId,
        profileId: 'p',
        location: '',
        createdAtMs: 0,
      } as never)
    }
  }
}

const rules = [
  aRule({ id: 'gas', name: { zh: '可燃气体超限', en: 'Combustible gas' } }),
  aRule({ id: 'silent', name: { zh: '设备失联', en: 'Device silent' } }),
]
const search = (text: string) => findAlarmMatches(text, new Plant(), rules).map(plain)

function plain({ organizationIds, deviceIds, ruleIds }: AlarmMatch) {
  return {
    ...(organizationIds === null ? {} : { organizations: [...organizationIds].sort() }),
    ...(deviceIds === null ? {} : { devices: [...deviceIds] }),
    ...(ruleIds === null ? {} : { rules: [...ruleIds] }),
  }
}

describe('findAlarmMatches', () => {
  it.each([
    ['a town is everything below it', '南港', [{ organizations: ['acme', 'town'] }]],
    ['a device by its name', '一号', [{ devices: ['gas-1'] }]],
    ['by its id, whatever the case', 'GAS-2', [{ devices: ['gas-2'] }]],
    ['by its site', 'yard', [{ devices: ['gas-2'] }]],
    ['what an alarm is called, in both languages', '失联', [{ rules: ['silent'] }]],
    ['what an alarm is called, in both languages', 'combustible', [{ rules: ['gas'] }]],
    [
      'each word where it occurs',
      '潮信 combustible',
      [{ organizations: ['acme'], rules: ['gas'] }],
    ],
    ['a town and a device in it', '南港 二号', []],
    ['a town and a device in it', '南港 一号', [{ devices: ['gas-1'] }]],
    ['what nothing is called', '火星', []],
  ])('%s: %s', (_, text, expected) => {
    expect(search(text)).toEqual(expected)
  })

  it('knows what the gateway says about itself', () => {
    expect(search('磁盘已满')).toEqual([{ rules: ['system-journal-full'] }])
  })
})
