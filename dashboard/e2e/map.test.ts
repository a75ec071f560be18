import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ADMIN_PASSWORD,
  startGateway,
  type TestGateway,
} from '#simulators/acceptance/app-harness.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { ApiClient } from '#simulators/api-client.ts'
import { Desk, openBrowser } from './desk.ts'

/** A site beside the sea with a detector, and a source 200 m away; then a leak, while somebody looks. */
describe.skipIf(lacks('chromium', 'cjk-fonts'))('the risk map', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway()
    const { organization, site } = await gateway.addSite('海岬化工')
    const position = { latitude: 24.9, longitude: 118.77 }
    await gateway.api.patch(`/sites/${site.id}`, { position })
    await gateway.api.post('/hazard-sources', {
      id: 'farm',
      organizationId: organization.id,
      draft: {
        name: '液氨罐区',
        siteId: site.id,
        position: { latitude: 24.9018, longitude: 118.77 },
        units: [
          {
            id: 'unit-1',
            name: '一号围堰',
            boundary: 'dike',
            substances: [{ id: 'nh3', name: '液氨', row: 1, quantity: { value: '60', unit: 't' } }],
          },
        ],
        surroundings: { exposedPopulation: 40 },
      },
    })
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })

  test('explains a colour, follows a leak live, and counts who lives around', async () => {
    const sites = await gateway.api.list<{ id: string }>('/sites')
    const device = await gateway.addDevice({
      id: 'gas-1',
      profileId: 'gas-combustible',
      siteId: sites[0]?.id ?? '',
    })
    await using desk = await Desk.open(browser, { baseUrl: gateway.httpUrl, language: 'en' })
    const { page } = desk
    await desk.goTo('/map')
    await desk.logIn('admin', ADMIN_PASSWORD)
    const row = page.locator('.map-row[data-organization]').first()
    await row.getByText('yellow').waitFor()
    await row.focus()
    await page.keyboard.press('Enter')
    await page.getByText('1 × source of level 3').waitFor()
    const ground = page.locator('.map-canvas .leaflet-map-pane')
    const before = await ground.getAttribute('style')

    const asDevice = new ApiClient(gateway.httpUrl, { authorization: `Bearer ${device.token}` })
    await asDevice.post('/devices/gas-1/readings', { values: { lel: 60 } })
    await page.getByText('1 × orange alarm').waitFor({ timeout: 15_000 })
    await page.locator('.map-badge').first().waitFor()
    // The map shows the alarm where it is, and stays where the person has put it.
    expect(before).toContain('translate3d')
    expect(await ground.getAttribute('style')).toBe(before)

    await page.locator('.map-side .ant-segmented').getByText('Circle').click()
    await page.getByRole('button', { name: 'Use the middle of the map' }).click()
    await page.getByText('People exposed around the sources').waitFor()
    await page.locator('.map-card .value-figure').getByText('40').waitFor()
    expect(desk.errors).toEqual([])
  })
})
