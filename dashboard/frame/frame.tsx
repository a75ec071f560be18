import { Spin } from 'antd'
import { Suspense } from 'react'
import { Outlet } from 'react-router'
import { AccountMenu } from './account-menu.tsx'
import { AlarmStrip } from './alarm-strip.tsx'
import { Banners } from './banners.tsx'
import { FrameNav } from './frame-nav.tsx'
import { PageGuard } from './page-guard.tsx'

/** What stands around every page: where one is, the alarm strip, and how fresh all this is. */
export function Frame() {
  return (
    <div className="frame">
      <FrameNav />
      <header className="frame-top">
        <AlarmStrip />
        <AccountMenu />
      </header>
      <div className="frame-banners" aria-live="polite">
        <Banners />
      </div>
      <main className="frame-page">
        <PageGuard>
          <Suspense fallback={<Spin className="page-spin" />}>
            <Outlet />
          </Suspense>
        </PageGuard>
      </main>
    </div>
  )
}
