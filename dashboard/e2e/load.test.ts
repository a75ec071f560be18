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

const PASSWORD = 'long enough a password'
const DEVICES = 13

/** More alarms than a person can read, at one site; the steps follow each other. */
describe.skipIf(lacks('chromium'))('many alarms on the dashboard', () => {
  let gateway: TestGateway
  let browser: Browser
  let desk: Desk

  beforeAll(async () => {
    gateway = await startGateway()
    const { organization, site } = await gateway.addSite('潮信精细化工')
    for (const username of ['lin', 'wang']) {
      await gateway.api.post('/users', {
        username,
        displayName: username,
        password: PASSWORD,
        role: 'operator',
        organizationId: organization.id,
      })
    }
    for (let index = 0; index < DEVICES; index += 1) {
      const id = `gas-${index}`
      const device = await gateway.addDevice({
        id,
        profileId: 'gas-combustible',
        siteId: site.id,
      })
      const asDevice = new ApiClient(gateway.httpUrl, { authorization: `Bearer ${device.token}` })
      await asDevice.post(`/devices/${id}/readings`, { values: { lel: 30 } })
    }
    browser = await openBrowser()
    desk = await Desk.open(browser, { baseUrl: gateway.httpUrl, size: 'wide' })
    await desk.goTo('/alarms')
    await desk.logIn('lin', PASSWORD)
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })

  test('fold under their first-out in a flood, and nothing is lost', async () => {
    await desk.page.getByTestId('flood-note').waitFor()
    const incident = desk.page.locator('[data-group]')
    await incident.getByText(`同一事件 ${DEVICES} 条`).waitFor()
    await incident.getByText(/首发：.*gas-0/).waitFor()
    expect(await desk.page.locator('[data-alarm-id]').count()).toBe(0)
    expect(await desk.page.getByRole('tab', { name: /待处理/ }).innerText()).toContain(
      String(DEVICES),
    )
    // By keys: onto the folded row, and open it.
    await desk.page.keyboard.press('j')
    await desk.page.keyboard.press('o')
    await desk.page.locator('[data-alarm-id]').nth(1).waitFor()
    await desk.page.locator('.first-out').waitFor()
  })

  test('are acknowledged together by the row of their incident', async () => {
    await desk.page.keyboard.press('Escape')
    await desk.page.locator('[data-group]').getByRole('checkbox').check()
    await desk.page.getByRole('button', { name: '确认所选' }).click()
    await desk.page.getByText(`已确认 ${DEVICES} 条。`).waitFor()
  })

  test('are measured on the performance page, and found in the history', async () => {
    await desk.goTo('/performance')
    await desk.page.locator('[data-figure="peakPerTenMinutes"]').getByText('超出上限').waitFor()
    await desk.goTo('/alarms/history?q=gas-7')
    await desk.page.locator('[data-alarm-id]').first().waitFor()
    expect(await desk.page.locator('[data-alarm-id]').count()).toBe(1)
  })

  test('are handed over, signed by who goes and who comes', async () => {
    await desk.goTo('/handovers')
    await desk.page.getByLabel('交班备注').fill('二号罐阀门待修')
    await desk.page.getByLabel(/交班人 lin 的密码/).fill(PASSWORD)
    await desk.page.getByRole('button', { name: '签字交班' }).click()
    await desk.page.getByRole('heading', { name: '接班', exact: true }).waitFor()
    await desk.page.getByLabel('接班人用户名').fill('wang')
    await desk.page.getByLabel('接班人密码').fill(PASSWORD)
    await desk.page.getByRole('button', { name: '签字接班' }).click()
    await desk.page.getByText(/wang · /).waitFor()
    expect(await desk.page.getByRole('heading', { name: '接班', exact: true }).count()).toBe(0)
  })

  test('stand on a TV wall that has a token and no log-in', async () => {
    const admin = await Desk.open(browser, { baseUrl: gateway.httpUrl, size: 'wide' })
    await admin.goTo('/alarms')
    await admin.logIn('admin', ADMIN_PASSWORD)
    await admin.page.getByRole('button', { name: '账号菜单' }).click()
    await admin.page.getByText('大屏模式…').click()
    const address = (await admin.page.getByRole('dialog').locator('pre').innerText()).trim()
    const wall = await Desk.open(browser, { baseUrl: gateway.httpUrl, size: 'wide' })
    await wall.page.goto(address)
    await wall.page.getByTestId('wall-panel').locator('li').first().waitFor()
    expect(wall.page.url()).not.toContain('token')
    await wall.page.reload()
    await wall.page.getByTestId('wall-panel').locator('li').first().waitFor()
    expect([...desk.errors, ...admin.errors, ...wall.errors]).toEqual([])
  })
})
