// Starts the page.

import { mount } from 'svelte';
import App from './app/App.svelte';
import { followTheme } from './app/theme';
import { openBridge } from './bridge/open';
import './styles/base.css';

// the system's colours until the settings are known, so that nothing flashes
followTheme('system')();

const target = document.getElementById('app');
if (target) void openBridge().then((bridge) => mount(App, { target, props: { bridge } }));
