import { describe, expect, test } from 'vitest'
import { deviceDraft, hazardSourceDraft, organizationDraft, siteDraft } from '#gateway/contract.ts'
import { PROFILE_IDS } from '../devices/models.ts'
import { loadScenarios } from '../scenarios/scenario.ts'
import { stagesFor } from '../scenarios/scenario-run.ts'
import { planDistrict } from './district.ts'
import { draftOf, HAZARD_SOURCES } from './hazard-sources.ts'

describe('the district of the demonstration', () => {
  const plan = planDistrict()

  test('has four towns, twenty enterprises and 150 devices of every family', () => {
    const kinds = Object.groupBy(plan.organizations, ({ kind }) => kind)
    expect(kinds.town?.map(({ name }) => name)).toEqual([
      '东园镇',
      '洛阳镇',
      '张坂镇',
      '百崎回族乡',
    ])
    expect(kinds.enterprise).toHaveLength(20)
    expect(plan.devices).toHaveLength(150)
    expect(new Set(plan.devices.map(({ profileId }) => profileId))).toEqual(new Set(PROFILE_IDS))
  })

  test('is what the API takes, with ids that are unique', () => {
    for (const organization of plan.organizations) organizationDraft.parse(organization)
    for (const site of plan.sites) siteDraft.parse(site)
    for (const device of plan.devices) deviceDraft.parse(device)
    const ids = [...plan.organizations, ...plan.sites, ...plan.devices].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(plan.devices.map(({ name, siteId }) => siteId + name)).size).toBe(150)
  })

  test('gives only telephone numbers that belong to nobody', () => {
    for (const { contactPhone } of plan.sites) expect(contactPhone).toMatch(/^100\d{8}$/)
  })

  test('has hazard sources whose gauges are tanks of their own firm', () => {
    for (const source of HAZARD_SOURCES) {
      hazardSourceDraft.parse(draftOf(source))
      for (const { gauge } of source.tanks) {
        const device = plan.devices.find(({ id }) => id === gauge)
        expect(device).toMatchObject({
          profileId: 'tank',
          siteId: `${source.organizationId}-site`,
        })
      }
    }
  })

  test('has a stage for every scenario', async () => {
    const actors = plan.devices.map((device) => ({ ...device, deviceId: device.id }))
    for (const scenario of await loadScenarios()) {
      expect(stagesFor(scenario, actors).length, scenario.id).toBeGreaterThan(0)
    }
  })
})
