import { Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Device } from '../../gateway/contract.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { NameItems, SiteItem } from './device-fields.tsx'
import type { Plant } from './use-plant.ts'

interface DeviceFields {
  readonly name: string
  readonly siteId: string
  readonly location?: string
}

/** Another name or place for a device, or its end. For administrators. */
export function DeviceChange(props: {
  readonly device: Device
  readonly plant: Plant
  readonly onChanged: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const navigate = useNavigate()
  const [isOpen, setIsOpen] = useState(false)
  const { device } = props
  return (
    <span className="buttons">
      <Button onClick={() => setIsOpen(true)}>{t('common.edit')}</Button>
      <RemoveButton
        name={device.name}
        warning={t('device.removeWarning')}
        remove={() => api.removeDevice(device.id)}
        onRemoved={() => void navigate('/devices', { replace: true })}
      />
      {isOpen && (
        <DeviceForm
          device={device}
          plant={props.plant}
          onClose={(hasChanged) => {
            setIsOpen(false)
            if (hasChanged) props.onChanged()
          }}
        />
      )}
    </span>
  )
}

function DeviceForm(props: {
  readonly device: Device
  readonly plant: Plant
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [form] = Form.useForm<DeviceFields>()
  const { device } = props
  async function submit({ name, siteId, location = '' }: DeviceFields): Promise<void> {
    await api.changeDevice(device.id, { name: name.trim(), siteId, location: location.trim() })
  }
  return (
    <FormDialog<DeviceFields>
      title={t('device.edit')}
      form={form}
      initialValues={{ name: device.name, siteId: device.siteId, location: device.location }}
      submit={submit}
      onClose={props.onClose}
    >
      <NameItems />
      <SiteItem plant={props.plant} />
    </FormDialog>
  )
}
