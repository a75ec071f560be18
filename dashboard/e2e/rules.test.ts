import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startGateway,
  type TestDevice,
  type TestGateway,
} from '#simulators/acceptance/app-harness.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { ApiClient } from '#simulators/api-client.ts'
import { Desk, openBrowser } from './desk.ts'

const PASSWORD = 'long enough a password'
const ON_WORKDAYS = {
  id: 'on-workdays',
  name: { zh: '班上可燃气体', en: 'Gas at work' },
  profileIds: ['gas-combustible'],
  point: 'lel',
  condition: {
    kind: 'limit',
    direction: 'high',
    deadband: 3,
    setpoints: [{ setpoint: 50, grade: 2, label: { zh: '二级报警', en: 'Second alarm' } }],
  },
}

/** A safety manager's story, in two browsers: the steps follow each other. */
describe.skipIf(lacks('chromium'))('a rule from its template to its roll back', () => {
  let gateway: TestGateway
  let browser: Browser
  let hers: Desk
  let his: Desk
  let device: TestDevice
  let rulePath: string

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite('潮信精细化工')
    device = await gateway.addDevice({
      id: 'gas-1',
      profileId: 'gas-combustible',
      siteId: site.id,
    })
    for (const username of ['she', 'he']) {
      await gateway.api.post('/users', {
        username,
        displayName: username === 'she' ? '陈安全' : '李监管',
        password: PASSWORD,
        role: 'supervisor',
      })
    }
    for (const lel of [3, 30, 3]) await publish(lel)
    browser = await openBrowser()
    hers = await Desk.open(browser, { baseUrl: gateway.httpUrl })
    his = await Desk.open(browser, { baseUrl: gateway.httpUrl, language: 'en', size: 'phone' })
    for (const [desk, name] of [
      [hers, 'she'],
      [his, 'he'],
    ] as const) {
      await desk.goTo('/rules')
      await desk.logIn(name, PASSWORD)
      await desk.page.locator('[data-rule-id="gas-combustible-high"]').waitFor()
    }
  })

  afterAll(async () => {
    expect([...hers.errors, ...his.errors]).toEqual([])
    await browser?.close()
    await gateway?.close()
  })

  async function publish(lel: number): Promise<void> {
    const client = new ApiClient(gateway.httpUrl, { authorization: `Bearer ${device.token}` })
    await client.post(`/devices/${device.id}/readings`, { values: { lel } })
  }

  test('she drafts it from a template and reads what it means', async () => {
    const { page } = hers
    await page.getByRole('button', { name: '新建规则' }).click()
    await page.locator('[data-template="gas-combustible-high"]').click()
    await page.getByTestId('rule-words').getByText('≥ 25 %LEL').waitFor()
    await page.locator('[data-draft-state="checked"]').waitFor()
  })

  test('a set-point that is out of order is told at its field', async () => {
    const { page } = hers
    const field = page.locator('[data-field="condition.setpoints.1.setpoint"]')
    await field.locator('input').fill('20')
    await field.getByRole('alert').getByText('20').waitFor()
    const activate = page.getByRole('button', { name: '启用', exact: true })
    expect(await activate.isDisabled()).toBe(true)
    await field.locator('input').fill('50')
    await field.getByRole('alert').waitFor({ state: 'detached' })
  })

  test('the back-test says how often it would have rung last week', async () => {
    const test = hers.page.getByTestId('back-test')
    await test.getByRole('button', { name: '开始回测' }).click()
    await test.getByText('上周会响 1 次。').waitFor()
    expect(await test.locator('tbody tr').count()).toBe(1)
  })

  test('what is new goes in force at once, after she has seen how often it would have rung', async () => {
    const { page } = hers
    await page.getByRole('button', { name: '启用', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('.look-back-figure').getByText('1 次').waitFor()
    await dialog.getByText('看了 1 台设备的 3 个读数', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: '启用', exact: true }).click()
    await page.locator('[data-version="1"]').waitFor()
    await page.getByTestId('seen-before').getByText('最近 7 天会响 1 次').waitFor()
    rulePath = new URL(page.url()).pathname
    expect(rulePath).toMatch(/^\/rules\/rule-/)
  })

  test('what loosens it waits for him, and he approves on his phone', async () => {
    const { page } = hers
    await page.getByRole('button', { name: '修改', exact: true }).click()
    await page.locator('[data-field="onDelayMs"] input').first().fill('40')
    await page.getByText('放宽安全规则，须另一人审批后才生效。').waitFor()
    await page.locator('#draft-reason').fill('试车期间误报多')
    await page.getByRole('button', { name: '提交审批' }).click()
    const last = page.getByRole('dialog')
    await last.getByText('按现行第 1 版').waitFor()
    await last.getByRole('button', { name: '提交审批' }).click()
    await page.locator('[data-draft-state="proposed"]').waitFor()
    await page.getByText('可以审批的人', { exact: false }).waitFor()

    await his.goTo('/rules?tab=approvals')
    const waiting = his.page.locator('[data-draft-id]', {
      has: his.page.locator('[data-draft-state="proposed"]'),
    })
    await waiting.getByRole('link').click()
    await his.page.getByText('a longer on-delay').first().waitFor()
    await his.page.getByRole('button', { name: 'Approve and activate' }).click()
    const seen = his.page.getByRole('dialog')
    await seen.locator('.look-back-figure').getByText('0 times').waitFor()
    await seen.getByText('By version 1 in force').waitFor()
    await seen.getByRole('button', { name: 'Approve and activate' }).click()
    await his.page.locator('[data-version="2"]').getByText('approved by he').waitFor()
  })

  test('she watches the on-delay count down', async () => {
    const { page } = hers
    await hers.goTo(rulePath)
    await page.locator('[data-version="2"]').waitFor()
    await publish(30)
    const countdown = page.locator('[data-timer="rise"] .countdown').first()
    await countdown.waitFor()
    const seconds = async () => Number((await countdown.textContent())?.split(':')[1])
    const first = await seconds()
    await expect.poll(seconds).toBeLessThan(first)
    await page.getByText('已超限，等待延时结束').first().waitFor()
    await publish(3)
    await page.getByText('延时未满就回落，不报警').first().waitFor()
  })

  test('she rolls it back, which is stricter and so at once', async () => {
    const { page } = hers
    await page.locator('[data-version="1"]').getByRole('button', { name: '恢复到这一版' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('textarea').fill('试车结束')
    await dialog.getByRole('button', { name: '恢复到这一版' }).click()
    await page.locator('[data-version="3"]').getByText('试车结束').waitFor()
  })

  test('the page of the device says which rules judge each point, and what came of a reading', async () => {
    const { page } = hers
    await hers.goTo(`/devices/${device.id}`)
    await page.getByRole('tab', { name: '报警规则' }).click()
    const rule = page.locator('[data-point="lel"] [data-rule="gas-combustible-high"]')
    await rule.getByText('≥ 25 %LEL').waitFor()
    // It is noted from the first question on: the words above come with its answer.
    await rule.locator('[data-explanation]').waitFor()
    await publish(4)
    await rule.locator('.evaluations').getByText('读数 4').waitFor()
  })

  test('she takes a make-up working day out of the calendar, and puts back what was shipped', async () => {
    const { page } = hers
    await hers.goTo('/rules?tab=calendars')
    const year = page.locator('[data-calendar="cn-2026"]')
    await page.getByText('2026', { exact: true }).click()
    await year.locator('[data-day="2026-10-10"].is-workday').waitFor()
    await year.getByRole('button', { name: '修改' }).click()
    const dialog = page.getByRole('dialog')
    const last = dialog.locator('.calendar-row.is-workday').last()
    await last.locator('input').fill('2026-10-12')
    await dialog.getByRole('button', { name: '保存' }).click()
    await last.getByText('2026-10-12 不是周六或周日').waitFor()
    await last.getByRole('button', { name: '删去' }).click()
    await dialog.getByRole('button', { name: '保存' }).click()
    await year.locator('[data-day="2026-10-10"].is-weekend').waitFor()
    await year.getByText('已修改 · she').waitFor()
    await year.getByRole('button', { name: '恢复为随系统提供的' }).click()
    await dialog.getByRole('button', { name: '恢复为随系统提供的' }).click()
    await year.locator('[data-day="2026-10-10"].is-workday').waitFor()
  })

  test('a day off that takes a safety rule out of force waits for him', async () => {
    const next = new Date().getFullYear() + 1
    const saturday = firstSaturdayOf(next, 'March')
    const spans = [{ days: ['workday'], from: '08:00', to: '18:00' }]
    await gateway.api.post('/rules', { ...ON_WORKDAYS, schedule: { calendar: 'cn', spans } })
    const source = { title: '厂历', confidence: 'B' }
    const written = { source, holidays: [], workdays: [saturday], version: 0 }
    await gateway.api.put(`/calendars/cn-${next}`, written)

    const { page } = hers
    await hers.goTo('/rules?tab=calendars')
    const year = page.locator(`[data-calendar="cn-${next}"]`)
    await page.getByText(String(next), { exact: true }).click()
    await year.getByRole('button', { name: '修改' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '删去' }).click()
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('1 条安全规则会因此失去监测').waitFor()
    const lost = dialog.locator('[data-loss-rule="on-workdays"]')
    await lost.getByText(`${saturday.slice(5)} 周六 08:00–18:00`).waitFor()
    const send = dialog.getByRole('button', { name: '提交审批' })
    expect(await send.isDisabled()).toBe(true)
    await dialog.locator('textarea').fill('当日全厂停工')
    await send.click()
    const waiting = page.locator(`[data-calendar-proposal="cn-${next}"]`)
    await waiting.getByText('可以审批的人', { exact: false }).waitFor()
    expect(await waiting.getByRole('button', { name: '批准并生效' }).count()).toBe(0)
    await year.locator(`[data-day="${saturday}"].is-workday`).waitFor()

    await his.goTo('/rules?tab=approvals')
    await his.page.locator(`[data-waiting-calendar="cn-${next}"]`).getByRole('link').click()
    const asked = his.page.locator(`[data-calendar-proposal="cn-${next}"]`)
    await asked.getByRole('button', { name: 'Approve', exact: true }).click()
    const last = his.page.getByRole('dialog')
    await last.locator('[data-loss-rule="on-workdays"]').waitFor()
    await last.getByRole('button', { name: 'Approve', exact: true }).click()
    await his.page.locator('#calendar-waiting').waitFor({ state: 'detached' })
    await hers.goTo('/rules?tab=calendars')
    await page.getByText(String(next), { exact: true }).click()
    await year.locator(`[data-day="${saturday}"].is-weekend`).waitFor()
    await year.getByText('he 审批', { exact: false }).waitFor()
  })
})

/** E.g. `2027-03-06`. */
function firstSaturdayOf(year: number, month: string): string {
  const day = new Date(`1 ${month} ${year} 00:00 UTC`)
  day.setUTCDate(1 + ((6 - day.getUTCDay() + 7) % 7))
  return day.toISOString().slice(0, 10)
}
