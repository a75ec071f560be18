import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import {
  ADMIN_PASSWORD,
  startGateway,
  type TestGateway,
} from '#simulators/acceptance/app-harness.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { ApiClient } from '#simulators/api-client.ts'
import { Desk, openBrowser, SIZES } from './desk.ts'

const DEVICE_ID = 'gas-1'
const PAGES = [
  '/alarms',
  '/alarms?tab=all',
  '/devices',
  '/map',
  '/devices/new',
  `/devices/${DEVICE_ID}`,
  '/history',
  `/history?s=${DEVICE_ID}/lel&last=hour`,
  '/enterprises',
  '/accounts',
  '/notifications',
  '/self-check',
]
/** One browser window is drawn smaller, as people do; a phone is a browser of its own. */
const SCREENS = { desk: ['wide', 'usual'], phone: ['phone'] } as const
const LOOKS = (Object.keys(SCREENS) as (keyof typeof SCREENS)[]).flatMap((screen) =>
  (['zh', 'en'] as const).map((language) => ({ screen, language })),
)

/** On every size and in both languages: no page is wider than the screen, and no button cuts its words. */
describe.skipIf(lacks('chromium', 'cjk-fonts'))('the layout', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway()
    const { site } = await gateway.addSite('泉州市海岬精细化工新材料股份有限公司')
    const device = await gateway.addDevice({
      id: DEVICE_ID,
      profileId: 'gas-combustible',
      siteId: site.id,
    })
    const asDevice = new ApiClient(gateway.httpUrl, { authorization: `Bearer ${device.token}` })
    await asDevice.post(`/devices/${DEVICE_ID}/readings`, { values: { lel: 60, battery: 80 } })
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })

  // Each waits for the gateway most of the time.
  test.concurrent.for(LOOKS)('$screen in $language', async (look, { expect }) => {
    const { screen, language } = look
    const sizes = SCREENS[screen]
    const options = { baseUrl: gateway.httpUrl, size: sizes[0], language }
    await using desk = await Desk.open(browser, options)
    const expectNothingCutOff = async (what: string) => {
      for (const size of sizes) {
        await resize(desk, size)
        const found = async () => (await cutOff(desk)).map((it) => `${what}, ${size}: ${it}`)
        await expect.poll(found).toEqual([])
      }
    }
    await desk.goTo('/')
    await desk.logIn('admin', ADMIN_PASSWORD)
    await desk.page.locator('.frame').waitFor()
    for (const path of PAGES) {
      await walkTo(desk, path)
      await desk.page.locator('.strip-link.is-live').waitFor()
      await desk.page.locator('.ant-spin, .ant-skeleton').first().waitFor({ state: 'hidden' })
      await expectNothingCutOff(path)
    }
    await walkTo(desk, '/alarms')
    await desk.page.locator('[data-alarm-id]').first().click()
    await desk.page.locator('.alarm-detail .timeline').waitFor()
    await expectNothingCutOff('details')
    expect(desk.errors).toEqual([])
  })
})

/** As a link does it; loading all the code anew for each page took most of the time. */
async function walkTo(desk: Desk, path: string): Promise<void> {
  await desk.page.evaluate((to) => {
    history.pushState(null, '', to)
    window.dispatchEvent(new PopStateEvent('popstate', { state: null }))
  }, path)
  await isDrawn(desk)
}

async function resize(desk: Desk, size: keyof typeof SIZES): Promise<void> {
  await desk.page.setViewportSize(SIZES[size])
  await isDrawn(desk)
}

/** Comes back when the page has been laid out anew, also by those who watch sizes. */
async function isDrawn(desk: Desk): Promise<void> {
  await desk.page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
  })
}

/** What reaches beyond the screen, or beyond its own button. */
async function cutOff(desk: Desk): Promise<string[]> {
  return await desk.page.evaluate(() => {
    const found: string[] = []
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('the page')
    for (const element of document.querySelectorAll<HTMLElement>(
      'button, a, h1, h2, .state-mark',
    )) {
      const { left, right, width } = element.getBoundingClientRect()
      // Tabs that do not fit are reached by scrolling them, or by the menu behind the dots.
      if (width === 0 || element.closest('.ant-tabs-nav') !== null) continue
      const name = `${element.tagName} ${element.className} ${element.innerText.slice(0, 30)}`
      if (right > window.innerWidth + 1 || left < -1) found.push(`beyond the screen: ${name}`)
      if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) {
        found.push(`cut off: ${name}`)
      }
    }
    return found
  })
}
