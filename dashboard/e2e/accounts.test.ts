import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ADMIN_PASSWORD,
  startGateway,
  type TestGateway,
} from '#simulators/acceptance/app-harness.ts'
import { lacks } from '#simulators/acceptance/requirements.ts'
import { Desk, openBrowser } from './desk.ts'

const FIRST_PASSWORD = 'handed over in person'
const OWN_PASSWORD = 'known to nobody else'

/** An administrator and the one he lets in, each at a desk of their own: the steps follow each other. */
describe.skipIf(lacks('chromium'))('accounts in a browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let his: Desk
  let hers: Desk

  beforeAll(async () => {
    gateway = await startGateway()
    await gateway.addSite('潮信精细化工')
    browser = await openBrowser()
    his = await Desk.open(browser, { baseUrl: gateway.httpUrl })
    hers = await Desk.open(browser, { baseUrl: gateway.httpUrl })
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })

  test('an administrator makes one with the keyboard, and Enter saves', async () => {
    await his.goTo('/')
    await his.logIn('admin', ADMIN_PASSWORD)
    await his.page.getByRole('link', { name: '账号' }).click()
    await his.page.getByRole('button', { name: '新建账号' }).click()
    const dialog = his.page.getByRole('dialog')
    await cursorIsIn(his, '姓名')
    await dialog.getByLabel('姓名').fill('林海生')
    await dialog.getByLabel('用户名').fill('lin')
    await dialog.getByLabel('初始密码').fill(FIRST_PASSWORD)
    await dialog.getByLabel('初始密码').press('Enter')
    await his.page.locator('[data-username="lin"]', { hasText: '企业值班员' }).waitFor()
  })

  test('who has it sees no page of accounts, and makes the password her own', async () => {
    await hers.goTo('/')
    await hers.logIn('lin', FIRST_PASSWORD)
    await hers.page.locator('.frame').waitFor()
    expect(await hers.page.getByRole('link', { name: '账号' }).count()).toBe(0)
    await hers.page.getByRole('button', { name: '账号菜单' }).click()
    await hers.page.getByText('修改密码').click()
    const dialog = hers.page.getByRole('dialog')
    await cursorIsIn(hers, '当前密码')
    await dialog.getByLabel('当前密码').fill('not the password')
    await dialog.getByLabel('新密码', { exact: true }).fill(OWN_PASSWORD)
    await dialog.getByLabel('再输一次新密码').fill(OWN_PASSWORD)
    await dialog.getByLabel('再输一次新密码').press('Enter')
    // She is still there, with what she has typed.
    await dialog.getByText('当前密码不对。').waitFor()
    await dialog.getByLabel('当前密码').fill(FIRST_PASSWORD)
    await dialog.getByLabel('当前密码').press('Enter')
    await hers.page.getByText('密码已修改，请用新密码登录。').waitFor()
    await hers.logIn('lin', FIRST_PASSWORD)
    await hers.page.getByText('用户名或密码不对。').waitFor()
    await hers.logIn('lin', OWN_PASSWORD)
    await hers.page.getByText('没有待处理的报警').waitFor()
  })

  test('one that is removed is logged out at once', async () => {
    await his.page.locator('[data-username="lin"]').getByText('删除').click()
    await his.page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
    await his.page.locator('[data-username="lin"]').waitFor({ state: 'detached' })
    await hers.page.getByText('登录已过期，请重新登录。').waitFor()
    expect([...his.errors, ...hers.errors]).toEqual([])
  })
})

/** A dialog puts it there when it stands; what is typed before may land in the wrong field. */
async function cursorIsIn({ page }: Desk, label: string): Promise<void> {
  await page.getByRole('dialog').getByLabel(label).and(page.locator(':focus')).waitFor()
}
