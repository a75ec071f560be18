import { Alert, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { DeviceWithCredential } from '../../gateway/contract.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { ConnectPanel } from './connect-panel.tsx'
import { NameItems, SiteItem } from './device-fields.tsx'
import { FirstMessage } from './first-message.tsx'
import { type Plant, usePlant } from './use-plant.ts'

interface DeviceFields {
  readonly profileId: string
  readonly siteId: string
  readonly name: string
  readonly id?: string
  readonly location?: string
}

/** From nothing to a first reading on one screen: form, credential, command, and the wait for it. */
export function AddDevicePage() {
  const { t } = useTranslation()
  const plant = usePlant()
  const [created, setCreated] = useState<DeviceWithCredential | null>(null)
  const hasNoSite = !plant.isLoading && plant.error === null && plant.sites.size === 0
  return (
    <div className="page narrow-page">
      <header className="page-head">
        <h1>{t('addDevice.title')}</h1>
      </header>
      {plant.error !== null && <ErrorNote error={plant.error} onRetry={plant.reload} />}
      {created !== null && (
        <section className="panel">
          <h2>
            {created.name} <span className="quiet">{created.id}</span>
          </h2>
          <FirstMessage deviceId={created.id} profile={plant.profiles.get(created.profileId)} />
          <ConnectPanel
            deviceId={created.id}
            token={created.credential.token}
            profile={plant.profiles.get(created.profileId)}
          />
          <p className="buttons">
            <Link to={`/devices/${encodeURIComponent(created.id)}`}>
              <Button type="primary">{t('connect.toDevice')}</Button>
            </Link>
            <Button onClick={() => setCreated(null)}>{t('connect.another')}</Button>
          </p>
        </section>
      )}
      {created === null && hasNoSite && (
        <Alert
          type="info"
          showIcon
          title={t('device.emptySite')}
          action={
            <Link to="/enterprises">
              <Button type="primary">{t('device.toEnterprises')}</Button>
            </Link>
          }
        />
      )}
      {created === null && !hasNoSite && <DeviceForm plant={plant} onCreated={setCreated} />}
    </div>
  )
}

function DeviceForm(props: {
  readonly plant: Plant
  readonly onCreated: (device: DeviceWithCredential) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { plant } = props
  const [parameters] = useSearchParams()
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)

  async function create(fields: DeviceFields): Promise<void> {
    setIsBusy(true)
    setError(null)
    const { id, location, ...rest } = fields
    try {
      const draft = {
        ...rest,
        name: fields.name.trim(),
        ...(id === undefined || id.trim() === '' ? {} : { id: id.trim() }),
        ...(location === undefined ? {} : { location: location.trim() }),
      }
      props.onCreated(await api.createDevice(draft))
    } catch (problem) {
      setError(problem)
    } finally {
      setIsBusy(false)
    }
  }
  const onlySite = plant.sites.size === 1 ? [...plant.sites.keys()][0] : undefined
  const siteId = parameters.get('site') ?? onlySite
  return (
    <section className="panel">
      <Form<DeviceFields>
        // The choice of site comes when the sites have been read.
        key={siteId ?? ''}
        layout="vertical"
        disabled={isBusy}
        initialValues={siteId === undefined ? {} : { siteId }}
        onFinish={(fields) => void create(fields)}
      >
        <PlaceFields plant={plant} />
        <NameItems />
        <Form.Item
          name="id"
          label={t('addDevice.id')}
          rules={[
            { pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, message: t('addDevice.idPattern') },
          ]}
        >
          <Input maxLength={64} />
        </Form.Item>
        {error !== null && (
          <Alert type="error" showIcon title={problemText(t, error)} className="form-error" />
        )}
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t('addDevice.submit')}
        </Button>
      </Form>
    </section>
  )
}

function PlaceFields(props: { readonly plant: Plant }) {
  const { t } = useTranslation()
  const words = useWords()
  const { plant } = props
  const profileOptions = [...plant.profiles.values()].map((profile) => ({
    value: profile.id,
    label: words.localized(profile.name),
  }))
  const search = { optionFilterProp: 'label' } as const
  return (
    <>
      <Form.Item
        name="profileId"
        label={t('addDevice.profile')}
        rules={[{ required: true, message: t('addDevice.profileRequired') }]}
      >
        <Select showSearch={search} options={profileOptions} loading={plant.isLoading} />
      </Form.Item>
      <SiteItem plant={plant} />
    </>
  )
}
