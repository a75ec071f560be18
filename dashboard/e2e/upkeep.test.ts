import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ADMIN_PASSWORD,
  startGateway,
  type TestGateway,
} from '#simulators/acceptance/app-harness.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { Desk, openBrowser } from './desk.ts'

const DEVICE_ID = 'gas-1'

/** What was entered wrongly, or has gone: the steps follow each other. */
describe.skipIf(lacks('chromium'))('what was entered on a page is put right there', () => {
  let gateway: TestGateway
  let browser: Browser
  let desk: Desk

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite('潮信精细化工')
    await gateway.addDevice({ id: DEVICE_ID, profileId: 'gas-combustible', siteId: site.id })
    await gateway.api.post('/channels', {
      kind: 'sms',
      name: '值班短信',
      config: { url: gateway.httpUrl, phones: ['10000000001'] },
    })
    browser = await openBrowser()
    desk = await Desk.open(browser, { baseUrl: gateway.httpUrl })
    await desk.goTo(`/devices/${DEVICE_ID}`)
    await desk.logIn('admin', ADMIN_PASSWORD)
  })

  afterAll(async () => {
    expect(desk.errors).toEqual([])
    await browser?.close()
    await gateway?.close()
  })

  const dialog = () => desk.page.getByRole('dialog')
  const confirmRemovalIn = async (place: Locator) => {
    await place.getByRole('button', { name: '删除' }).click()
    await dialog().getByRole('button', { name: '删除' }).click()
  }
  const names = async (path: string) =>
    (await gateway.api.list<{ readonly name: string }>(path)).map(({ name }) => name)

  test('a device gets another name', async () => {
    const { page } = desk
    await page.getByRole('button', { name: '编辑' }).click()
    const name = dialog().getByLabel('名称')
    await name.and(page.locator(':focus')).waitFor()
    await name.fill('三号泵房探测器')
    await name.press('Enter')
    await page.getByRole('heading', { name: '三号泵房探测器' }).waitFor()
    expect(await names('/devices')).toEqual(['三号泵房探测器'])
  })

  test('what others hang on is refused in plain words, and stays', async () => {
    const { page } = desk
    await desk.goTo('/enterprises')
    await confirmRemovalIn(page.locator('.sites li'))
    await dialog().getByText('还有设备属于这个场所，请先移走或删除。').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    expect(await names('/sites')).toHaveLength(1)
  })

  test('a device, its site and its enterprise are removed, one after the other', async () => {
    const { page } = desk
    await desk.goTo(`/devices/${DEVICE_ID}`)
    await confirmRemovalIn(page.locator('.page'))
    await page.getByText('已删除“三号泵房探测器”。').waitFor()
    expect(new URL(page.url()).pathname).toBe('/devices')
    expect(await names('/devices')).toEqual([])

    await desk.goTo('/enterprises')
    await confirmRemovalIn(page.locator('.sites li'))
    await page.locator('.sites li').waitFor({ state: 'detached' })
    await page.locator('.organization').click()
    await confirmRemovalIn(page.locator('.enterprise-grid .panel').first())
    await page.locator('.organization').waitFor({ state: 'detached' })
    expect([await names('/sites'), await names('/organizations')]).toEqual([[], []])
  })

  test('a channel is removed', async () => {
    const { page } = desk
    await desk.goTo('/notifications')
    await page.getByRole('tab', { name: '通知渠道' }).click()
    await confirmRemovalIn(page.locator('[data-channel-id]'))
    await page.locator('[data-channel-id]').waitFor({ state: 'detached' })
    expect(await names('/channels')).toEqual([])
  })
})
