import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/es/locale/en_GB.js'
import zhCN from 'antd/es/locale/zh_CN.js'
import type { i18n as I18n } from 'i18next'
// Calendars take the names of days and months from here; antd brings only its own words.
import 'dayjs/locale/en-gb.js'
import 'dayjs/locale/zh-cn.js'
import { lazy, useEffect } from 'react'
import { I18nextProvider } from 'react-i18next'
import { BrowserRouter, Navigate, Route, Routes } from 'react-router'
import { AlarmPage } from './alarms/alarm-page.tsx'
import { Frame } from './frame/frame.tsx'
import { NotFound } from './frame/not-found.tsx'
import { SessionGate } from './login/session-gate.tsx'
import { antTheme } from './preferences/theme.ts'
import { useAccount, useServices } from './services.tsx'
import { useStore } from './store/store.ts'
import { WallPage } from './wall/wall-page.tsx'

// The alarm page is in the first load: it must stand even when the link dies right after it.
const DeviceListPage = lazy(async () => ({
  default: (await import('./devices/device-list-page.tsx')).DeviceListPage,
}))
const DevicePage = lazy(async () => ({
  default: (await import('./devices/device-page.tsx')).DevicePage,
}))
const AddDevicePage = lazy(async () => ({
  default: (await import('./devices/add-device-page.tsx')).AddDevicePage,
}))
const EnterprisePage = lazy(async () => ({
  default: (await import('./enterprises/enterprise-page.tsx')).EnterprisePage,
}))
const HazardListPage = lazy(async () => ({
  default: (await import('./hazards/hazard-list-page.tsx')).HazardListPage,
}))
const MapPage = lazy(async () => ({
  default: (await import('./map/map-page.tsx')).MapPage,
}))
const DutyPage = lazy(async () => ({
  default: (await import('./duties/duty-page.tsx')).DutyPage,
}))
const HazardPage = lazy(async () => ({
  default: (await import('./hazards/hazard-source-page.tsx')).HazardPage,
}))
const RulesPage = lazy(async () => ({
  default: (await import('./rules/rules-page.tsx')).RulesPage,
}))
const RulePage = lazy(async () => ({
  default: (await import('./rules/rule-page.tsx')).RulePage,
}))
const DraftPage = lazy(async () => ({
  default: (await import('./rules/draft-page.tsx')).DraftPage,
}))
const AccountPage = lazy(async () => ({
  default: (await import('./accounts/account-page.tsx')).AccountPage,
}))
const NotificationPage = lazy(async () => ({
  default: (await import('./notifications/notification-page.tsx')).NotificationPage,
}))
const HistoryPage = lazy(async () => ({
  default: (await import('./history/history-page.tsx')).HistoryPage,
}))
const HealthPage = lazy(async () => ({
  default: (await import('./health/health-page.tsx')).HealthPage,
}))

const WindowPage = lazy(async () => ({
  default: (await import('./windows/window-page.tsx')).WindowPage,
}))
const HandoverPage = lazy(async () => ({
  default: (await import('./handover/handover-page.tsx')).HandoverPage,
}))
const HandoverDetailPage = lazy(async () => ({
  default: (await import('./handover/handover-detail-page.tsx')).HandoverDetailPage,
}))
const AlarmHistoryPage = lazy(async () => ({
  default: (await import('./alarms/history-page.tsx')).AlarmHistoryPage,
}))
const PerformancePage = lazy(async () => ({
  default: (await import('./performance/performance-page.tsx')).PerformancePage,
}))

export function App(props: { readonly i18n: I18n }) {
  const { preferences } = useServices()
  const { language, theme } = useStore(preferences, (state) => state)
  useEffect(() => {
    void props.i18n.changeLanguage(language)
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.documentElement.dataset.theme = theme
  }, [props.i18n, language, theme])
  return (
    <I18nextProvider i18n={props.i18n}>
      <ConfigProvider
        theme={antTheme(theme)}
        locale={language === 'zh' ? zhCN : enGB}
        button={{ autoInsertSpace: false }}
      >
        <AntApp message={{ maxCount: 3, top: 96 }}>
          {/* A transition would wait while alarms keep coming; a key must be answered during a storm too. */}
          <BrowserRouter useTransitions={false}>
            <Routes>
              <Route path="wall" element={<WallPage />} />
              <Route
                path="*"
                element={
                  <SessionGate>
                    <Pages />
                  </SessionGate>
                }
              />
            </Routes>
          </BrowserRouter>
        </AntApp>
      </ConfigProvider>
    </I18nextProvider>
  )
}

function Pages() {
  const { role } = useAccount()
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<Navigate to="/alarms" replace />} />
        <Route path="alarms" element={<AlarmPage />} />
        <Route path="alarms/history" element={<AlarmHistoryPage />} />
        <Route path="service-windows" element={<WindowPage />} />
        <Route path="handovers" element={<HandoverPage />} />
        <Route path="handovers/:handoverId" element={<HandoverDetailPage />} />
        <Route path="performance" element={<PerformancePage />} />
        <Route path="map" element={<MapPage />} />
        <Route path="devices" element={<DeviceListPage />} />
        <Route path="devices/new" element={<AddDevicePage />} />
        <Route path="devices/:deviceId" element={<DevicePage />} />
        <Route path="history" element={<HistoryPage />} />
        <Route path="rules" element={<RulesPage />} />
        <Route path="rules/drafts/:draftId" element={<DraftPage />} />
        <Route path="rules/:ruleId" element={<RulePage />} />
        <Route path="enterprises" element={<EnterprisePage />} />
        <Route path="hazard-sources" element={<HazardListPage />} />
        <Route path="hazard-sources/:sourceId" element={<HazardPage />} />
        <Route path="duties" element={<DutyPage />} />
        {role === 'administrator' && <Route path="accounts" element={<AccountPage />} />}
        <Route path="notifications" element={<NotificationPage />} />
        <Route path="self-check" element={<HealthPage />} />
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  )
}
