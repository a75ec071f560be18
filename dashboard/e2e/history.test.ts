import { readFileSync } from 'node:fs'
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

const MINUTE_MS = 60_000

describe.skipIf(lacks('chromium', 'cjk-fonts'))('history', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite('安泰化工')
    for (const id of ['gas-1', 'gas-2']) {
      const { token } = await gateway.addDevice({
        id,
        profileId: 'gas-combustible',
        siteId: site.id,
      })
      const asDevice = new ApiClient(gateway.httpUrl, { authorization: `Bearer ${token}` })
      const nowMs = Date.now()
      const samples = Array.from({ length: 120 }, (_, index) => ({
        ts: nowMs - (120 - index) * MINUTE_MS,
        values: { lel: index % 20 },
      }))
      await asDevice.post(`/devices/${id}/readings`, samples)
    }
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })

  test('two devices are compared, a stretch is looked at closely, and taken along as a file', async () => {
    await using desk = await Desk.open(browser, { baseUrl: gateway.httpUrl, language: 'en' })
    const { page } = desk
    await desk.goTo('/history')
    await desk.logIn('admin', ADMIN_PASSWORD)
    await page.getByText('Choose a device to see its history').waitFor()
    for (const id of ['gas-1', 'gas-2']) {
      await page.locator('.history-search').click()
      await page.keyboard.type(id)
      await page.locator('.history-option').filter({ hasText: id }).click()
      await page.locator(`.history-chip [title="${id}"]`).waitFor()
    }
    await page.locator('.history-table tbody tr').nth(1).waitFor()
    const readings = page.locator('.history-table tbody tr td:nth-child(6)')
    expect(await readings.allInnerTexts()).toEqual(['120', '120'])

    await page.getByText('6 h', { exact: true }).click()
    const box = await page.locator('.history-canvas').boundingBox()
    if (box === null) throw new Error('there is no chart')
    await page.mouse.move(box.x + box.width * 0.7, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, box.y + 100, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/from=\d+&to=\d+/)
    const zoomed = new URL(page.url()).searchParams
    const spanMs = Number(zoomed.get('to')) - Number(zoomed.get('from'))
    expect(spanMs).toBeGreaterThan(20 * MINUTE_MS)
    expect(spanMs).toBeLessThan(90 * MINUTE_MS)
    expect(zoomed.getAll('s')).toEqual(['gas-1/lel', 'gas-2/lel'])

    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByText('CSV · every reading').click(),
    ])
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(lines[0]).toContain('Time (Asia/Shanghai)')
    expect(lines.length).toBeGreaterThan(20)
    expect(desk.errors).toEqual([])
  })
  test('an end is typed, or chosen from a calendar, in the language of the page', async () => {
    await using desk = await Desk.open(browser, { baseUrl: gateway.httpUrl, language: 'zh' })
    const { page } = desk
    await desk.goTo('/history?s=gas-1/lel&last=hour')
    await desk.logIn('admin', ADMIN_PASSWORD)
    const [start, end] = [
      page.getByLabel('起', { exact: true }),
      page.getByLabel('止', { exact: true }),
    ]
    await start.fill('2026-02-30 08:00')
    await start.press('Enter')
    await page.getByText('没有这一天').waitFor()
    expect(await start.getAttribute('aria-invalid')).toBe('true')
    await end.fill('2020-01-01')
    await end.press('Tab')
    await page.getByText('结束时间要晚于开始时间').waitFor()
    expect(new URL(page.url()).searchParams.get('from')).toBeNull()

    await start.fill('2019年12月31日 8：30')
    await start.press('Enter')
    await page.waitForURL(/from=\d+&to=\d+/)
    const fromMs = () => Number(new URL(page.url()).searchParams.get('from'))
    expect(fromMs()).toBe(Date.parse('2019-12-31T08:30+08:00'))
    await expect.poll(() => start.inputValue()).toBe('2019-12-31 08:30')
    await page.getByRole('button', { name: '起：从日历中选择' }).click()
    const calendar = page.locator('.date-choice')
    await calendar.getByText('日', { exact: true }).waitFor()
    await calendar.locator('[title="2019-12-24"]').click()
    await expect.poll(fromMs).toBe(Date.parse('2019-12-24T08:30+08:00'))
    expect(desk.errors).toEqual([])
  })
})
