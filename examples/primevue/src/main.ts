import PrimeVue from 'primevue/config';
import { createApp } from 'vue';
import Backups from './Backups.vue';

createApp(Backups).use(PrimeVue, { unstyled: true }).mount('#root');
