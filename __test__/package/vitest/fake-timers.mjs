import { vi } from 'vitest'

// before anything loads tallystick
vi.useFakeTimers()
