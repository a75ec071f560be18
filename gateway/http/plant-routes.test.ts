import { describe, expect } from 'vitest'
import { test } from './http-server.suite.ts'

describe('organizations, sites and devices over HTTP', () => {
  test('what is created can be read, changed, listed and removed', async ({ district }) => {
    const admin = await district.as('admin')
    const organization = await admin('POST', '/api/v1/organizations', { name: '新企业' })
    expect(organization.statusCode).toBe(201)
    const organizationId = organization.json().id
    const site = await admin('POST', '/api/v1/sites', { name: '厂区', organizationId })
    expect(site.statusCode).toBe(201)
    const device = await admin('POST', '/api/v1/devices', {
      name: '探测器',
      profileId: 'gas-combustible',
      siteId: site.json().id,
    })
    expect(device.statusCode).toBe(201)
    expect(device.json().credential.username).toBe(device.json().id)
    console.log(device.json())
  })
})
