/*! Zhixin rule builder. Includes Lit 3.3.3 (BSD-3-Clause). Built from frontend/; do not edit. */
"use strict";(()=>{var Rr=Object.defineProperty;var Hr=(t,e,r)=>e in t?Rr(t,e,{enumerable:!0,configurable:!0,writable:!0,value:r}):t[e]=r;var b=(t,e,r)=>Hr(t,typeof e!="symbol"?e+"":e,r);var ye=globalThis,ve=ye.ShadowRoot&&(ye.ShadyCSS===void 0||ye.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Ge=Symbol(),$t=new WeakMap,ne=class{constructor(e,r,n){if(this._$cssResult$=!0,n!==Ge)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=r}get styleSheet(){let e=this.o,r=this.t;if(ve&&e===void 0){let n=r!==void 0&&r.length===1;n&&(e=$t.get(r)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&$t.set(r,e))}return e}toString(){return this.cssText}},xt=t=>new ne(typeof t=="string"?t:t+"",void 0,Ge),Je=(t,...e)=>{let r=t.length===1?t[0]:e.reduce((n,o,i)=>n+(s=>{if(s._$cssResult$===!0)return s.cssText;if(typeof s=="number")return s;throw Error("Value passed to 'css' function must be a 'css' function result: "+s+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(o)+t[i+1],t[0]);return new ne(r,t,Ge)},wt=(t,e)=>{if(ve)t.adoptedStyleSheets=e.map(r=>r instanceof CSSStyleSheet?r:r.styleSheet);else for(let r of e){let n=document.createElement("style"),o=ye.litNonce;o!==void 0&&n.setAttribute("nonce",o),n.textContent=r.cssText,t.appendChild(n)}},Fe=ve?t=>t:t=>t instanceof CSSStyleSheet?(e=>{let r="";for(let n of e.cssRules)r+=n.cssText;return xt(r)})(t):t;var{is:Lr,defineProperty:Dr,getOwnPropertyDescriptor:Mr,getOwnPropertyNames:Ir,getOwnPropertySymbols:Nr,getPrototypeOf:Ur}=Object,R=globalThis,_t=R.trustedTypes,Gr=_t?_t.emptyScript:"",Jr=R.reactiveElementPolyfillSupport,oe=(t,e)=>t,Ve={toAttribute(t,e){switch(e){case Boolean:t=t?Gr:null;break;case Object:case Array:t=t==null?t:JSON.stringify(t)}return t},fromAttribute(t,e){let r=t;switch(e){case Boolean:r=t!==null;break;case Number:r=t===null?null:Number(t);break;case Object:case Array:try{r=JSON.parse(t)}catch{r=null}}return r}},kt=(t,e)=>!Lr(t,e),At={attribute:!0,type:String,converter:Ve,reflect:!1,useDefault:!1,hasChanged:kt};Symbol.metadata??(Symbol.metadata=Symbol("metadata")),R.litPropertyMetadata??(R.litPropertyMetadata=new WeakMap);var T=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??(this.l=[])).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,r=At){if(r.state&&(r.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((r=Object.create(r)).wrapped=!0),this.elementProperties.set(e,r),!r.noAccessor){let n=Symbol(),o=this.getPropertyDescriptor(e,n,r);o!==void 0&&Dr(this.prototype,e,o)}}static getPropertyDescriptor(e,r,n){let{get:o,set:i}=Mr(this.prototype,e)??{get(){return this[r]},set(s){this[r]=s}};return{get:o,set(s){let l=o?.call(this);i?.call(this,s),this.requestUpdate(e,l,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??At}static _$Ei(){if(this.hasOwnProperty(oe("elementProperties")))return;let e=Ur(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(oe("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(oe("properties"))){let r=this.properties,n=[...Ir(r),...Nr(r)];for(let o of n)this.createProperty(o,r[o])}let e=this[Symbol.metadata];if(e!==null){let r=litPropertyMetadata.get(e);if(r!==void 0)for(let[n,o]of r)this.elementProperties.set(n,o)}this._$Eh=new Map;for(let[r,n]of this.elementProperties){let o=this._$Eu(r,n);o!==void 0&&this._$Eh.set(o,r)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let r=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let o of n)r.unshift(Fe(o))}else e!==void 0&&r.push(Fe(e));return r}static _$Eu(e,r){let n=r.attribute;return n===!1?void 0:typeof n=="string"?n:typeof e=="string"?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??(this._$EO=new Set)).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,r=this.constructor.elementProperties;for(let n of r.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return wt(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??(this.renderRoot=this.createRenderRoot()),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,r,n){this._$AK(e,n)}_$ET(e,r){let n=this.constructor.elementProperties.get(e),o=this.constructor._$Eu(e,n);if(o!==void 0&&n.reflect===!0){let i=(n.converter?.toAttribute!==void 0?n.converter:Ve).toAttribute(r,n.type);this._$Em=e,i==null?this.removeAttribute(o):this.setAttribute(o,i),this._$Em=null}}_$AK(e,r){let n=this.constructor,o=n._$Eh.get(e);if(o!==void 0&&this._$Em!==o){let i=n.getPropertyOptions(o),s=typeof i.converter=="function"?{fromAttribute:i.converter}:i.converter?.fromAttribute!==void 0?i.converter:Ve;this._$Em=o;let l=s.fromAttribute(r,i.type);this[o]=l??this._$Ej?.get(o)??l,this._$Em=null}}requestUpdate(e,r,n,o=!1,i){if(e!==void 0){let s=this.constructor;if(o===!1&&(i=this[e]),n??(n=s.getPropertyOptions(e)),!((n.hasChanged??kt)(i,r)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(s._$Eu(e,n))))return;this.C(e,r,n)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(e,r,{useDefault:n,reflect:o,wrapped:i},s){n&&!(this._$Ej??(this._$Ej=new Map)).has(e)&&(this._$Ej.set(e,s??r??this[e]),i!==!0||s!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(r=void 0),this._$AL.set(e,r)),o===!0&&this._$Em!==e&&(this._$Eq??(this._$Eq=new Set)).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(r){Promise.reject(r)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??(this.renderRoot=this.createRenderRoot()),this._$Ep){for(let[o,i]of this._$Ep)this[o]=i;this._$Ep=void 0}let n=this.constructor.elementProperties;if(n.size>0)for(let[o,i]of n){let{wrapped:s}=i,l=this[o];s!==!0||this._$AL.has(o)||l===void 0||this.C(o,void 0,i,l)}}let e=!1,r=this._$AL;try{e=this.shouldUpdate(r),e?(this.willUpdate(r),this._$EO?.forEach(n=>n.hostUpdate?.()),this.update(r)):this._$EM()}catch(n){throw e=!1,this._$EM(),n}e&&this._$AE(r)}willUpdate(e){}_$AE(e){this._$EO?.forEach(r=>r.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&(this._$Eq=this._$Eq.forEach(r=>this._$ET(r,this[r]))),this._$EM()}updated(e){}firstUpdated(e){}};T.elementStyles=[],T.shadowRootOptions={mode:"open"},T[oe("elementProperties")]=new Map,T[oe("finalized")]=new Map,Jr?.({ReactiveElement:T}),(R.reactiveElementVersions??(R.reactiveElementVersions=[])).push("2.1.2");var se=globalThis,St=t=>t,$e=se.trustedTypes,Pt=$e?$e.createPolicy("lit-html",{createHTML:t=>t}):void 0,qe="$lit$",E=`lit$${Math.random().toFixed(9).slice(2)}$`,Be="?"+E,Fr=`<${Be}>`,N=document,ae=()=>N.createComment(""),le=t=>t===null||typeof t!="object"&&typeof t!="function",Ke=Array.isArray,Rt=t=>Ke(t)||typeof t?.[Symbol.iterator]=="function",je=`[ 	
\f\r]`,ie=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Tt=/-->/g,Et=/>/g,M=RegExp(`>|${je}(?:([^\\s"'>=/]+)(${je}*=${je}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),zt=/'/g,Ct=/"/g,Ht=/^(?:script|style|textarea|title)$/i,We=t=>(e,...r)=>({_$litType$:t,strings:e,values:r}),c=We(1),Mn=We(2),In=We(3),$=Symbol.for("lit-noChange"),f=Symbol.for("lit-nothing"),Ot=new WeakMap,I=N.createTreeWalker(N,129);function Lt(t,e){if(!Ke(t)||!t.hasOwnProperty("raw"))throw Error("invalid template strings array");return Pt!==void 0?Pt.createHTML(e):e}var Dt=(t,e)=>{let r=t.length-1,n=[],o,i=e===2?"<svg>":e===3?"<math>":"",s=ie;for(let l=0;l<r;l++){let a=t[l],d,p,u=-1,m=0;for(;m<a.length&&(s.lastIndex=m,p=s.exec(a),p!==null);)m=s.lastIndex,s===ie?p[1]==="!--"?s=Tt:p[1]!==void 0?s=Et:p[2]!==void 0?(Ht.test(p[2])&&(o=RegExp("</"+p[2],"g")),s=M):p[3]!==void 0&&(s=M):s===M?p[0]===">"?(s=o??ie,u=-1):p[1]===void 0?u=-2:(u=s.lastIndex-p[2].length,d=p[1],s=p[3]===void 0?M:p[3]==='"'?Ct:zt):s===Ct||s===zt?s=M:s===Tt||s===Et?s=ie:(s=M,o=void 0);let h=s===M&&t[l+1].startsWith("/>")?" ":"";i+=s===ie?a+Fr:u>=0?(n.push(d),a.slice(0,u)+qe+a.slice(u)+E+h):a+E+(u===-2?l:h)}return[Lt(t,i+(t[r]||"<?>")+(e===2?"</svg>":e===3?"</math>":"")),n]},de=class t{constructor({strings:e,_$litType$:r},n){let o;this.parts=[];let i=0,s=0,l=e.length-1,a=this.parts,[d,p]=Dt(e,r);if(this.el=t.createElement(d,n),I.currentNode=this.el.content,r===2||r===3){let u=this.el.content.firstChild;u.replaceWith(...u.childNodes)}for(;(o=I.nextNode())!==null&&a.length<l;){if(o.nodeType===1){if(o.hasAttributes())for(let u of o.getAttributeNames())if(u.endsWith(qe)){let m=p[s++],h=o.getAttribute(u).split(E),g=/([.?@])?(.*)/.exec(m);a.push({type:1,index:i,name:g[2],strings:h,ctor:g[1]==="."?we:g[1]==="?"?_e:g[1]==="@"?Ae:G}),o.removeAttribute(u)}else u.startsWith(E)&&(a.push({type:6,index:i}),o.removeAttribute(u));if(Ht.test(o.tagName)){let u=o.textContent.split(E),m=u.length-1;if(m>0){o.textContent=$e?$e.emptyScript:"";for(let h=0;h<m;h++)o.append(u[h],ae()),I.nextNode(),a.push({type:2,index:++i});o.append(u[m],ae())}}}else if(o.nodeType===8)if(o.data===Be)a.push({type:2,index:i});else{let u=-1;for(;(u=o.data.indexOf(E,u+1))!==-1;)a.push({type:7,index:i}),u+=E.length-1}i++}}static createElement(e,r){let n=N.createElement("template");return n.innerHTML=e,n}};function U(t,e,r=t,n){if(e===$)return e;let o=n!==void 0?r._$Co?.[n]:r._$Cl,i=le(e)?void 0:e._$litDirective$;return o?.constructor!==i&&(o?._$AO?.(!1),i===void 0?o=void 0:(o=new i(t),o._$AT(t,r,n)),n!==void 0?(r._$Co??(r._$Co=[]))[n]=o:r._$Cl=o),o!==void 0&&(e=U(t,o._$AS(t,e.values),o,n)),e}var xe=class{constructor(e,r){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=r}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:r},parts:n}=this._$AD,o=(e?.creationScope??N).importNode(r,!0);I.currentNode=o;let i=I.nextNode(),s=0,l=0,a=n[0];for(;a!==void 0;){if(s===a.index){let d;a.type===2?d=new W(i,i.nextSibling,this,e):a.type===1?d=new a.ctor(i,a.name,a.strings,this,e):a.type===6&&(d=new ke(i,this,e)),this._$AV.push(d),a=n[++l]}s!==a?.index&&(i=I.nextNode(),s++)}return I.currentNode=N,o}p(e){let r=0;for(let n of this._$AV)n!==void 0&&(n.strings!==void 0?(n._$AI(e,n,r),r+=n.strings.length-2):n._$AI(e[r])),r++}},W=class t{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,r,n,o){this.type=2,this._$AH=f,this._$AN=void 0,this._$AA=e,this._$AB=r,this._$AM=n,this.options=o,this._$Cv=o?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,r=this._$AM;return r!==void 0&&e?.nodeType===11&&(e=r.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,r=this){e=U(this,e,r),le(e)?e===f||e==null||e===""?(this._$AH!==f&&this._$AR(),this._$AH=f):e!==this._$AH&&e!==$&&this._(e):e._$litType$!==void 0?this.$(e):e.nodeType!==void 0?this.T(e):Rt(e)?this.k(e):this._(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==f&&le(this._$AH)?this._$AA.nextSibling.data=e:this.T(N.createTextNode(e)),this._$AH=e}$(e){let{values:r,_$litType$:n}=e,o=typeof n=="number"?this._$AC(e):(n.el===void 0&&(n.el=de.createElement(Lt(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===o)this._$AH.p(r);else{let i=new xe(o,this),s=i.u(this.options);i.p(r),this.T(s),this._$AH=i}}_$AC(e){let r=Ot.get(e.strings);return r===void 0&&Ot.set(e.strings,r=new de(e)),r}k(e){Ke(this._$AH)||(this._$AH=[],this._$AR());let r=this._$AH,n,o=0;for(let i of e)o===r.length?r.push(n=new t(this.O(ae()),this.O(ae()),this,this.options)):n=r[o],n._$AI(i),o++;o<r.length&&(this._$AR(n&&n._$AB.nextSibling,o),r.length=o)}_$AR(e=this._$AA.nextSibling,r){for(this._$AP?.(!1,!0,r);e!==this._$AB;){let n=St(e).nextSibling;St(e).remove(),e=n}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},G=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,r,n,o,i){this.type=1,this._$AH=f,this._$AN=void 0,this.element=e,this.name=r,this._$AM=o,this.options=i,n.length>2||n[0]!==""||n[1]!==""?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=f}_$AI(e,r=this,n,o){let i=this.strings,s=!1;if(i===void 0)e=U(this,e,r,0),s=!le(e)||e!==this._$AH&&e!==$,s&&(this._$AH=e);else{let l=e,a,d;for(e=i[0],a=0;a<i.length-1;a++)d=U(this,l[n+a],r,a),d===$&&(d=this._$AH[a]),s||(s=!le(d)||d!==this._$AH[a]),d===f?e=f:e!==f&&(e+=(d??"")+i[a+1]),this._$AH[a]=d}s&&!o&&this.j(e)}j(e){e===f?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??"")}},we=class extends G{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===f?void 0:e}},_e=class extends G{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==f)}},Ae=class extends G{constructor(e,r,n,o,i){super(e,r,n,o,i),this.type=5}_$AI(e,r=this){if((e=U(this,e,r,0)??f)===$)return;let n=this._$AH,o=e===f&&n!==f||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==f&&(n===f||o);o&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},ke=class{constructor(e,r,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=r,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){U(this,e)}},Mt={M:qe,P:E,A:Be,C:1,L:Dt,R:xe,D:Rt,V:U,I:W,H:G,N:_e,U:Ae,B:we,F:ke},Vr=se.litHtmlPolyfillSupport;Vr?.(de,W),(se.litHtmlVersions??(se.litHtmlVersions=[])).push("3.3.3");var It=(t,e,r)=>{let n=r?.renderBefore??e,o=n._$litPart$;if(o===void 0){let i=r?.renderBefore??null;n._$litPart$=o=new W(e.insertBefore(ae(),i),i,void 0,r??{})}return o._$AI(t),o};var pe=globalThis,H=class extends T{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){var r;let e=super.createRenderRoot();return(r=this.renderOptions).renderBefore??(r.renderBefore=e.firstChild),e}update(e){let r=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=It(r,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return $}};H._$litElement$=!0,H.finalized=!0,pe.litElementHydrateSupport?.({LitElement:H});var jr=pe.litElementPolyfillSupport;jr?.({LitElement:H});(pe.litElementVersions??(pe.litElementVersions=[])).push("4.2.2");var Se=class{constructor(e,r,n){b(this,"url",e);b(this,"key",r);b(this,"token",n);b(this,"timer");b(this,"running")}ask(e,r){this.stop(),this.timer=setTimeout(()=>{let n=this.running=new AbortController;this.post(e,n.signal).then(o=>{o&&!n.signal.aborted&&r(o)})},300)}stop(){clearTimeout(this.timer),this.running?.abort()}async post(e,r){try{let n=await fetch(this.url,{method:"POST",signal:r,headers:{"Content-Type":"application/json","X-CSRFToken":this.token()},body:JSON.stringify({condition:e,key:this.key||null})});return await qr(n)}catch(n){return n.name==="AbortError"?null:{failure:"network"}}}};async function qr(t){let e=t.headers.get("Content-Type")?.includes("json");return t.ok&&e?{preview:await t.json()}:t.ok||t.redirected?{failure:"session"}:t.status===403?{failure:"forbidden"}:{failure:t.status<500?"refused":"network"}}var A=t=>"parts"in t;var Br=0,Nt=()=>++Br,z=(t=[],e="all")=>({id:Nt(),mode:e,not:!1,parts:t}),J=(t,e)=>({id:Nt(),not:!1,type:t,data:e}),Pe=t=>typeof t=="object"&&t!==null&&!Array.isArray(t);function Ut(t){if(!Pe(t)||!Pe(t.condition))return null;let e=Ye(t.condition);return A(e)?e:z([e])}function Ye(t){if(!Pe(t))return J("",{});if("not"in t){let n=Ye(t.not);return{...n,not:!n.not}}for(let n of["all","any"]){let o=t[n];if(Array.isArray(o))return z(o.map(Ye),n)}let{type:e,...r}=t;return J(typeof e=="string"?e:"",r)}function Te(t,e){let r=new Map;return{document:{version:e,condition:Xe(t,"/condition",r)},places:r}}function Xe(t,e,r){if(r.set(e,t.id),t.not)return{not:Xe({...t,not:!1},`${e}/not`,r)};if(!A(t))return{type:t.type,...Gt(t.data)};let n=t.parts.map((o,i)=>Xe(o,`${e}/${t.mode}/${i}`,r));return{[t.mode]:n}}function Gt(t){let e=Object.entries(t).filter(([,r])=>r!=null&&!(Array.isArray(r)&&!r.length));return Object.fromEntries(e.map(([r,n])=>[r,Pe(n)?Gt(n):n]))}function Jt(t,e){for(let r=t;r;r=r.slice(0,r.lastIndexOf("/"))){let n=e.get(r);if(n!==void 0)return{id:n,field:t.slice(r.length+1)}}return null}function Ze(t){let e=t.not?1:0;return!A(t)||!t.parts.length?e:e+1+Math.max(...t.parts.map(Ze))}function _(t,e,r=[]){if(t.id===e)return{part:t,path:r,index:-1};for(let[n,o]of t.parts.entries()){if(o.id===e)return{part:o,path:[...r,t],index:n};let i=A(o)?_(o,e,[...r,t]):null;if(i)return i}return null}function Y(t,e,r){let n=o=>o.id===e?r(o):A(o)?{...o,parts:o.parts.map(n)}:o;return n(t)}var Qe=(t,e,r)=>Y(t,e,n=>({...n,parts:r(n.parts)})),ue=(t,e,r,n)=>Qe(t,e,o=>[...o.slice(0,r),n,...o.slice(r)]),et=(t,e,r)=>Qe(t,e,n=>[...n,r]);function Ee(t,e){let n=_(t,e)?.path.at(-1);return n?Qe(t,n.id,o=>o.filter(i=>i.id!==e)):t}function Ft(t,e){let r=_(t,e),n=r?.path.at(-1);if(!r||!n)return null;let o=Vt(r.part);return{root:ue(t,n.id,r.index+1,o),copy:o}}function Vt(t){return{...A(t)?z(t.parts.map(Vt),t.mode):J(t.type,structuredClone(t.data)),not:t.not}}function jt(t,e,r,n){let o=_(t,e),i=o?.path.at(-1);if(!o||!i)return null;let s=Ee(t,e),l=i.parts[o.index+r];if(l&&A(l)){let p=ue(s,l.id,r>0?0:l.parts.length,o.part);if(n(p))return p}if(l)return ue(s,i.id,o.index+r,o.part);let a=o.path.at(-2);if(!a)return null;let d=a.parts.findIndex(p=>p.id===i.id);return ue(s,a.id,r>0?d+1:d,o.part)}function qt(t,e,r,n){let o=_(t,e);if(!o||e===r||_({...z(),parts:[o.part]},r))return null;let i=Ee(t,e),s=_(i,r);if(!s)return null;if(n==="into")return et(i,r,o.part);let l=s.path.at(-1);return l?ue(i,l.id,s.index+(n==="after"?1:0),o.part):null}function Bt(t,e){let r=_(t,e);if(!r)return 0;let n=[...r.path,r.part].filter(o=>o.not).length;return r.path.length+n}function Kt(t,e){let r=_(t,e),n=r?.path.at(-1);return!r||!n?t.id:(n.parts[r.index+1]??n.parts[r.index-1]??n).id}function F(t,e){let r=_(t,e);return r?.path.length?[...r.path.slice(1),r.part].map((o,i)=>r.path[i].parts.findIndex(s=>s.id===o.id)+1).join("."):""}var tt=t=>e=>Ze(e)<=t;var Wt=Je`
  :host {
    --blue: var(--zx-accent); --teal: #0d9488; --purple: #9333ea; --orange: #c2410c; --rose: #be123c; --slate: #475569;
    --warn-ink: color-mix(in oklab, var(--zx-warn) 80%, var(--zx-strong));
    display: block;
    container: rules / inline-size;
    color: var(--zx-text);
    font-size: 0.8125rem;
    line-height: 1.5;
  }
  :host([hidden]) { display: none; }
  *, ::before, ::after { box-sizing: border-box; }
  h2, h3, p, ul, pre { margin: 0; padding: 0; }
  ul { list-style: none; }
  button { font: inherit; color: inherit; cursor: pointer; }
  button:disabled { cursor: not-allowed; opacity: 0.45; }
  /* The form's bars stand over the page: what gets the focus is scrolled clear of them. */
  :is(button, select, input, summary, a, pre) { scroll-margin-block: 5rem 7rem; }
  :is(button, select, input, summary, a, pre):focus-visible { outline: 2px solid var(--zx-accent); outline-offset: 1px; }

  .symbol {
    display: inline-block; flex: none; overflow: hidden; width: 1em; height: 1em;
    font-family: "Material Symbols Outlined"; font-feature-settings: "liga"; font-size: 1.125rem; font-weight: 400;
    letter-spacing: normal; line-height: 1; text-transform: none; white-space: nowrap; direction: ltr;
  }
  .hidden {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  .room { flex: 1; }

  /* ---- frame ---- */
  .builder { display: grid; grid-template-columns: minmax(0, 1fr) 15.5rem; gap: 1rem; align-items: start; }
  .main { display: grid; gap: 0.75rem; min-width: 0; }

  /* ---- groups ---- */
  .group { padding: 0.75rem; border: 1px solid var(--zx-border); border-radius: calc(var(--zx-radius) + 4px); background: var(--zx-surface); }
  .group .group { background: var(--zx-soft); }
  .group .group .group { background: var(--zx-surface); }
  .group .group .group .group { background: var(--zx-soft); }
  .group.not { border-color: var(--zx-bad-mark); border-style: dashed; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; margin-bottom: 0.625rem; }
  .exclude { display: inline-flex; align-items: center; gap: 0.375rem; color: var(--zx-subtle); font-size: 0.75rem; cursor: pointer; }
  .not > .head .exclude { color: var(--zx-bad); font-weight: 600; }
  .exclude input { width: 1rem; height: 1rem; margin: 0; accent-color: var(--zx-bad-mark); }
  .empty { padding: 0.625rem 0.75rem; border: 1px dashed var(--zx-border-strong); border-radius: var(--zx-radius); color: var(--zx-subtle); text-align: center; }
  .joint { display: flex; padding: 0.25rem 0 0.25rem 1.25rem; }
  .joint span {
    padding: 0 0.5rem; border-radius: 999px; background: var(--zx-info-soft); color: var(--zx-info);
    font-size: 0.6875rem; font-weight: 700; line-height: 1.125rem;
  }
  .joint.any span { background: var(--zx-warn-soft); color: var(--warn-ink); }

  /* ---- leaves ---- */
  .leaf {
    --tone: var(--slate);
    display: grid; grid-template-columns: 8.75rem minmax(0, 1fr) auto; gap: 0.25rem 0.75rem; align-items: start;
    padding: 0.625rem 0.625rem 0.625rem 0.5rem; border: 1px solid var(--zx-border); border-left: 3px solid var(--tone);
    border-radius: calc(var(--zx-radius) + 2px); background: var(--zx-surface);
  }
  .blue { --tone: var(--blue); } .teal { --tone: var(--teal); } .purple { --tone: var(--purple); }
  .orange { --tone: var(--orange); } .rose { --tone: var(--rose); } .slate { --tone: var(--slate); }
  .leaf.dragged, .group.dragged { opacity: 0.5; }
  .badge { display: flex; align-items: center; gap: 0.25rem; min-width: 0; min-height: 2.125rem; color: var(--tone); font-size: 0.75rem; font-weight: 600; }
  .badge .symbol { font-size: 1rem; }
  .badge .title { min-width: 0; overflow-wrap: anywhere; }
  .handle { align-self: center; color: var(--zx-subtle); cursor: grab; opacity: 0.55; }
  .handle:hover { opacity: 1; }
  .body, .phrase, .filters, .items { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem; min-width: 0; }
  .phrase { flex-wrap: nowrap; }
  .phrase.names { flex-wrap: wrap; }
  .filters { flex-basis: 100%; }
  .items { flex-direction: column; align-items: flex-start; }
  .word { color: var(--zx-strong); white-space: nowrap; }
  .negated { padding: 0 0.5rem; border-radius: 999px; background: var(--zx-bad-soft); color: var(--zx-bad); font-size: 0.6875rem; font-weight: 700; line-height: 1.25rem; }
  .none { color: var(--zx-subtle); font-style: italic; }
  .filter { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.3125rem; max-width: 100%; padding: 0.125rem 0.25rem 0.125rem 0.5rem; border-radius: var(--zx-radius); background: var(--zx-accent-soft); }
  .filter .word { color: var(--zx-text); font-size: 0.75rem; }
  .actions { display: flex; }
  @media (hover: hover) {
    .actions > :is(.handle, .icon:not([aria-pressed="true"], [data-key$=":copy"], [data-key$=":delete"])) { opacity: 0.4; }
    :is(.leaf, .head):is(:hover, :focus-within) > .actions > * { opacity: 1; }
  }

  /* ---- inputs ---- */
  select, input:not([type="checkbox"]) {
    max-width: 100%; min-width: 0; height: 2.125rem; margin: 0; padding: 0 0.625rem; border: 1px solid var(--zx-border-strong);
    border-radius: var(--zx-radius); background: var(--zx-surface); color: var(--zx-strong); font: inherit; box-shadow: 0 1px 2px rgb(0 0 0 / 0.04);
  }
  select {
    padding-right: 1.625rem; field-sizing: content; text-overflow: ellipsis; appearance: none; cursor: pointer;
    background-image: linear-gradient(45deg, transparent 50%, currentColor 50%), linear-gradient(135deg, currentColor 50%, transparent 50%);
    background-position: calc(100% - 0.8125rem) 55%, calc(100% - 0.5625rem) 55%; background-repeat: no-repeat; background-size: 0.25rem 0.25rem;
  }
  select.strong { color: var(--zx-strong); font-weight: 600; }
  select.mode { color: var(--zx-accent-text); font-weight: 700; }
  select.mode.any { color: var(--zx-warn); }
  select.title {
    height: 1.75rem; padding: 0 1.25rem 0 0.125rem; border-color: transparent; background-color: transparent; box-shadow: none; color: var(--tone); font-weight: 600;
    background-position: calc(100% - 0.5625rem) 55%, calc(100% - 0.3125rem) 55%;
  }
  select.title:hover { border-color: var(--zx-border-strong); }
  option, optgroup { background: var(--zx-surface); color: var(--zx-strong); font-weight: 400; }
  input.number { field-sizing: content; width: auto; min-width: 4.25rem; max-width: 9rem; font-variant-numeric: tabular-nums; }
  input.text { field-sizing: content; width: auto; min-width: 9rem; }
  .filter :is(select, input:not([type="checkbox"])) { height: 1.875rem; padding-left: 0.5rem; }
  .filter input.text { min-width: 7rem; }
  :is(select, input)[aria-invalid="true"] { border-color: var(--zx-warn-mark); }
  .has-error :is(select, input)[aria-invalid="true"] { border-color: var(--zx-bad-mark); }
  .values {
    display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; max-width: 100%; min-height: 2.125rem; padding: 0.1875rem 0.3125rem;
    border: 1px solid var(--zx-border-strong); border-radius: var(--zx-radius); background: var(--zx-surface);
  }
  .values input:not([type="checkbox"]) { flex: 1 1 5rem; width: 5rem; height: 1.5rem; padding: 0 0.25rem; border: 0; background: none; box-shadow: none; }
  .values:focus-within { outline: 2px solid var(--zx-accent); outline-offset: 1px; }
  .values input:focus-visible { outline: none; }
  .values:has([aria-invalid="true"]) { border-color: var(--zx-warn-mark); }
  .values > input:only-of-type:first-child { min-width: 8rem; }
  .value { display: inline-flex; align-items: center; gap: 0.125rem; max-width: 100%; padding-left: 0.5rem; border-radius: var(--zx-radius); background: var(--zx-muted-soft); color: var(--zx-strong); line-height: 1.5rem; overflow-wrap: anywhere; }

  /* ---- buttons ---- */
  .adds { display: flex; flex-wrap: wrap; gap: 0.375rem; margin-top: 0.625rem; }
  .add {
    display: inline-flex; align-items: center; gap: 0.3125rem; min-height: 1.875rem; padding: 0 0.625rem; border: 1px dashed var(--zx-border-strong);
    border-radius: var(--zx-radius); background: none; color: var(--zx-text);
  }
  .add .symbol { font-size: 1rem; }
  .add:hover:enabled { border-color: var(--zx-accent); color: var(--zx-accent-text); }
  .add.small { min-height: 1.625rem; padding: 0 0.5rem; font-size: 0.75rem; }
  .icon { display: grid; place-items: center; width: 1.875rem; height: 1.875rem; padding: 0; border: 0; border-radius: var(--zx-radius); background: none; color: var(--zx-subtle); }
  .icon:hover:enabled { background: var(--zx-muted-soft); color: var(--zx-strong); }
  .icon[aria-pressed="true"] { background: var(--zx-bad-soft); color: var(--zx-bad); }
  .icon .symbol { font-size: 1.0625rem; }
  .tiny { min-width: 1.5rem; height: 1.5rem; padding: 0 0.25rem; border: 0; border-radius: var(--zx-radius); background: none; color: var(--zx-subtle); line-height: 1; }
  .tiny:hover { background: var(--zx-muted-soft); color: var(--zx-strong); }
  .plain { padding: 0.25rem 0.625rem; border: 1px solid var(--zx-border-strong); border-radius: var(--zx-radius); background: var(--zx-surface); color: var(--zx-text); font-size: 0.75rem; font-weight: 500; }
  .plain:hover:enabled { color: var(--zx-strong); border-color: var(--zx-subtle); }

  /* ---- problems ---- */
  .problems { grid-column: 1 / -1; display: grid; gap: 0.25rem; }
  .problems:empty { display: none; }
  .problems li { display: flex; align-items: flex-start; gap: 0.375rem; padding: 0.25rem 0.5rem; border-radius: var(--zx-radius); font-size: 0.75rem; }
  .problems .symbol { margin-top: 0.0625rem; font-size: 1rem; }
  .problems b { font-weight: 600; }
  .problems .error { background: var(--zx-bad-soft); color: var(--zx-bad); }
  .problems .incomplete { background: var(--zx-warn-soft); color: var(--warn-ink); }
  .problems .pending { background: var(--zx-info-soft); color: var(--zx-info); }

  /* ---- below ---- */
  .summary { padding: 0.75rem 0.875rem; border-radius: var(--zx-radius); background: var(--zx-soft); line-height: 1.65; overflow-wrap: anywhere; }
  .summary b { margin-right: 0.5rem; color: var(--zx-strong); }
  .tools { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.5rem 1rem; }
  details { flex: 1; min-width: 0; }
  summary { width: max-content; padding: 0.25rem 0; color: var(--zx-subtle); font-size: 0.75rem; cursor: pointer; }
  .json { display: grid; gap: 0.5rem; justify-items: start; }
  pre { width: 100%; max-height: 20rem; overflow: auto; padding: 0.75rem; border: 1px solid var(--zx-border); border-radius: var(--zx-radius); background: var(--zx-soft); color: var(--zx-text); font-size: 0.75rem; line-height: 1.45; }

  /* ---- panel ---- */
  .panel { position: sticky; top: 1rem; display: grid; gap: 0.375rem; padding: 1rem; border: 1px solid var(--zx-border); border-radius: calc(var(--zx-radius) + 4px); background: var(--zx-surface); }
  :is(h2, h3) { color: var(--zx-subtle); font-size: 0.75rem; font-weight: 600; line-height: 1.4; }
  h3 { margin-top: 0.75rem; }
  .heading { display: flex; align-items: baseline; justify-content: space-between; gap: 0.75rem; }
  .heading .small { text-align: right; }
  .small, .foot { color: var(--zx-subtle); font-size: 0.75rem; line-height: 1.4; }
  .count { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.5rem; color: var(--zx-subtle); font-size: 0.75rem; }
  .count b { color: var(--zx-strong); font-size: 1.875rem; font-weight: 700; font-variant-numeric: tabular-nums; letter-spacing: -0.02em; line-height: 1.2; }
  .busy :is(.count, .reach, .sample, .note), .dim { opacity: 0.5; }
  .bar { display: block; overflow: hidden; height: 0.375rem; border-radius: 999px; background: var(--zx-track); }
  .bar i { display: block; height: 100%; border-radius: inherit; background: var(--zx-accent); }
  .reach { display: grid; grid-template-columns: minmax(2.5rem, max-content) minmax(2rem, 1fr) max-content; gap: 0.25rem 0.625rem; align-items: center; font-size: 0.75rem; }
  .reach li { display: contents; }
  .reach b { color: var(--zx-strong); font-variant-numeric: tabular-nums; text-align: right; }
  .sample li { display: flex; align-items: center; gap: 0.5rem; padding: 0.4375rem 0; border-bottom: 1px solid var(--zx-border); }
  .face .symbol { font-size: 1rem; }
  .face { display: grid; place-items: center; flex: none; width: 1.75rem; height: 1.75rem; border-radius: 50%; background: var(--zx-accent-soft); color: var(--zx-accent-text); font-size: 0.75rem; font-weight: 600; text-transform: uppercase; }
  .who { display: grid; flex: 1; min-width: 0; }
  .who a { overflow: hidden; color: var(--zx-strong); font-weight: 600; text-decoration: none; text-overflow: ellipsis; white-space: nowrap; }
  .who a:hover { text-decoration: underline; }
  .who small { overflow: hidden; color: var(--zx-subtle); font-size: 0.6875rem; text-overflow: ellipsis; white-space: nowrap; }
  .score { color: var(--zx-subtle); font-variant-numeric: tabular-nums; }
  .score.high { color: var(--zx-accent-text); font-weight: 700; }
  .foot { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem; margin-top: 0.375rem; font-size: 0.6875rem; }
  .note { display: flex; align-items: flex-start; gap: 0.5rem; padding: 0.625rem; border-radius: var(--zx-radius); background: var(--zx-soft); color: var(--zx-text); }
  .note.warn { background: var(--zx-warn-soft); color: var(--warn-ink); }
  .note.bad { background: var(--zx-bad-soft); color: var(--zx-bad); }
  .note.info { background: var(--zx-info-soft); color: var(--zx-info); }
  .panel .plain { justify-self: start; }
  .skeleton { display: grid; gap: 0.625rem; }
  .skeleton i { display: block; height: 0.625rem; border-radius: var(--zx-radius); background: var(--zx-track); }
  .skeleton .big { width: 45%; height: 1.875rem; }

  @media (prefers-reduced-motion: no-preference) {
    .bar i { transition: width 250ms ease-out; }
    .skeleton i { animation: pulse 1.4s ease-in-out infinite; }
    @keyframes pulse { 50% { opacity: 0.45; } }
  }

  @container rules (max-width: 58rem) {
    .builder { grid-template-columns: minmax(0, 1fr); }
    .panel { position: static; }
  }
  @container rules (max-width: 40rem) {
    .group { padding: 0.5rem; }
    .leaf { display: flex; flex-wrap: wrap; align-items: center; }
    .badge { flex: 1 0 auto; max-width: 100%; }
    .body { flex: 1 1 100%; order: 1; }
    .problems { flex: 1 1 100%; order: 2; }
    .actions { margin-left: auto; }
    .handle { display: none; }
    .phrase { flex-wrap: wrap; }
    .body > select, .body > .phrase > select.strong { flex: 1 1 auto; }
    .add { min-height: 2.25rem; }
  }
`;var X={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Z=t=>(...e)=>({_$litDirective$:t,values:e}),L=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,r,n){this._$Ct=e,this._$AM=r,this._$Ci=n}_$AS(e,r){return this.update(e,r)}update(e,r){return this.render(...r)}};var{I:Kr}=Mt,Yt=t=>t;var Xt=()=>document.createComment(""),Q=(t,e,r)=>{let n=t._$AA.parentNode,o=e===void 0?t._$AB:e._$AA;if(r===void 0){let i=n.insertBefore(Xt(),o),s=n.insertBefore(Xt(),o);r=new Kr(i,s,t,t.options)}else{let i=r._$AB.nextSibling,s=r._$AM,l=s!==t;if(l){let a;r._$AQ?.(t),r._$AM=t,r._$AP!==void 0&&(a=t._$AU)!==s._$AU&&r._$AP(a)}if(i!==o||l){let a=r._$AA;for(;a!==i;){let d=Yt(a).nextSibling;Yt(n).insertBefore(a,o),a=d}}}return r},D=(t,e,r=t)=>(t._$AI(e,r),t),Wr={},Zt=(t,e=Wr)=>t._$AH=e,Qt=t=>t._$AH,ze=t=>{t._$AR(),t._$AA.remove()};var er=(t,e,r)=>{let n=new Map;for(let o=e;o<=r;o++)n.set(t[o],o);return n},tr=Z(class extends L{constructor(t){if(super(t),t.type!==X.CHILD)throw Error("repeat() can only be used in text expressions")}dt(t,e,r){let n;r===void 0?r=e:e!==void 0&&(n=e);let o=[],i=[],s=0;for(let l of t)o[s]=n?n(l,s):s,i[s]=r(l,s),s++;return{values:i,keys:o}}render(t,e,r){return this.dt(t,e,r).values}update(t,[e,r,n]){let o=Qt(t),{values:i,keys:s}=this.dt(e,r,n);if(!Array.isArray(o))return this.ut=s,i;let l=this.ut??(this.ut=[]),a=[],d,p,u=0,m=o.length-1,h=0,g=i.length-1;for(;u<=m&&h<=g;)if(o[u]===null)u++;else if(o[m]===null)m--;else if(l[u]===s[h])a[h]=D(o[u],i[h]),u++,h++;else if(l[m]===s[g])a[g]=D(o[m],i[g]),m--,g--;else if(l[u]===s[g])a[g]=D(o[u],i[g]),Q(t,a[g+1],o[u]),u++,g--;else if(l[m]===s[h])a[h]=D(o[m],i[h]),Q(t,o[u],o[m]),m--,h++;else if(d===void 0&&(d=er(s,h,g),p=er(l,u,m)),d.has(l[u]))if(d.has(l[m])){let x=p.get(s[h]),y=x!==void 0?o[x]:null;if(y===null){let P=Q(t,o[u]);D(P,i[h]),a[h]=P}else a[h]=D(y,i[h]),Q(t,o[u],y),o[x]=null;h++}else ze(o[m]),m--;else ze(o[u]),u++;for(;h<=g;){let x=Q(t,a[g+1]);D(x,i[h]),a[h++]=x}for(;u<=m;){let x=o[u++];x!==null&&ze(x)}return this.ut=s,Zt(t,a),$}});var C=(t,e)=>t.criteria.find(r=>r.type===e),V=(t,e)=>Object.hasOwn(t.choices,e)?t.choices[e]:void 0,rt=(t,e,r)=>V(t,e)?.find(n=>n.name===r);function nt(t,e){let r=C(t,e);if(!r)return J(e,{});let n=structuredClone(r.start);for(let i of r.fields){let s=Yr(t,i);i.required&&!(i.name in n)&&s!==null&&(n[i.name]=s)}let o=J(e,n);return{...o,data:Ce(t,o)}}function Yr(t,e){let r=V(t,e.kind)?.[0]?.name??e.options[0]??null;return e.kind==="flag"?!0:e.kind==="items"?[{}]:r}function ot(t,{type:e,data:r}){let n=C(t,e);if(!n||n.compares)return n?.compares??null;let o=n.fields.find(s=>V(t,s.kind));return(o&&rt(t,o.kind,r[o.name]))?.kind||null}function rr(t,{type:e,data:r}){let n=C(t,e)?.fields.find(o=>V(t,o.kind));return(n&&rt(t,n.kind,r[n.name])?.values)??[]}function j(t,e){let r=t.filter(n=>e===null||n.on.includes(e));return e==="flag"?r.filter(n=>n.takes==="scalar"||n.takes==="nothing"):r}function Ce(t,{id:e,not:r,type:n,data:o}){let i=C(t,n),s=ot(t,{id:e,not:r,type:n,data:o}),l=j(t.operators,s),a=l.find(d=>d.name===(o.op??i?.op))??l[0];return a?{...o,op:a.name,value:q(a,s,o.value??null)}:o}function q(t,e,r){let n=Array.isArray(r)?r[0]??null:r,o=n===null||e===null||typeof n==(e==="flag"?"boolean":e==="number"?"number":"string");switch(t.takes){case"nothing":return null;case"number":return typeof n=="number"?n:null;case"pair":return Array.isArray(r)&&r.length===2?r:typeof n=="number"?[n,null]:null;case"list":return Array.isArray(r)?r:n===null||!o?[]:[n];case"text":return typeof n=="string"?n:null;default:return o&&n!==null?n:e==="flag"?!0:null}}function nr(t,e,r){let n=nt(t,r),o=C(t,e.type);for(let i of C(t,r)?.fields??[])o?.fields.find(l=>l.name===i.name&&l.kind===i.kind)&&e.data[i.name]!==void 0&&(n.data[i.name]=e.data[i.name]);return{...n,id:e.id,not:e.not,data:Ce(t,n)}}function or({data:t},{op:e,value:r}){let n=t.op??e,o=t.value??r;return n!=="eq"&&n!=="not_eq"||typeof o!="boolean"?null:n==="eq"===o}function B(t,e){let r=Array.isArray(e)?e:[e??null],n=new Map;for(let o of r)for(let i of rt(t,"event",o)?.properties??[])n.has(i.name)||n.set(i.name,i);return[...n.values()]}function it(t){let e=t.trim();if(!e)return null;let r=Number(e);return Number.isFinite(r)?r:null}var ir=(t,e)=>e==="share"?Number((t*100).toFixed(6)):t,sr=(t,e)=>e==="share"?Number((t/100).toFixed(8)):t;function st(t,e){let r=t.trim();if(!r)return null;if(e==="text")return r;let n=it(r);return e==="number"?n:n??r}var K=t=>typeof t=="string"||typeof t=="number"||typeof t=="boolean",ee=t=>Array.isArray(t)?t.filter(K):K(t)?[t]:[];function ar(t,e){return t.split(/[,，、\n]/).map(n=>st(n,e)).filter(n=>n!==null)}var lr=(t,e)=>[...new Set([...t,...e])];var dr=(t,e,r)=>t.problemsOf(e).some(n=>n.level!=="pending"&&(`${n.field}/`.startsWith(`${r}/`)||`${r}/`.startsWith(`${n.field}/`)));var at=class extends L{constructor(e){if(super(e),e.type!==X.ELEMENT)throw new Error("quiet() stands in an element")}update({element:e},[r]){let n=e;return n.getRootNode().activeElement!==n&&n.value!==r&&(n.value=r),$}render(e){return $}},lt=Z(at);var S=({id:t,field:e})=>`${t}:${e}`,Xr=t=>`problems-${t}`,Oe=t=>{let e=dr(t.host,t.id,t.field);return{wrong:e?"true":"false",told:e?Xr(t.id):f}};function v(t,e,r,n,o=""){let{wrong:i,told:s}=Oe(t),l=r.some(p=>p.value===e)||!e?r:[{value:e,label:e},...r],a=p=>c`<option value=${p.value} .selected=${p.value===e}>${p.label}</option>`,d=[...new Set(l.map(p=>p.group??""))];return c`<select
    class=${o} data-key=${S(t)} aria-label=${t.label} aria-invalid=${i} aria-describedby=${s}
    @change=${p=>n(p.target.value)}
  >
    ${e===""&&!r.some(p=>!p.value)?c`<option value="" .selected=${!0} disabled>${t.host.w("choose")}</option>`:f}
    ${d.map(p=>{let u=l.filter(m=>(m.group??"")===p).map(a);return p?c`<optgroup label=${p}>${u}</optgroup>`:u})}
  </select>`}function k(t,e,r,n){let{wrong:o,told:i}=Oe(t),s=e===null?"":String(ir(e,r));return c`<input
      type="number" step="any" inputmode="decimal" class="number" data-key=${S(t)}
      aria-label=${r==="share"?t.host.w("in_percent",{label:t.label}):t.label}
      aria-invalid=${o} aria-describedby=${i} ${lt(s)}
      @input=${l=>{let a=it(l.target.value);n(a===null?null:sr(a,r))}}
    />${r==="share"?c`<span class="word">%</span>`:f}`}function ce(t,e,r,n){let{wrong:o,told:i}=Oe(t),s=`list-${S(t)}`;return c`<input
      type="text" class="text" autocomplete="off" data-key=${S(t)} aria-label=${t.label}
      aria-invalid=${o} aria-describedby=${i} list=${r.length?s:f} ${lt(e)}
      @input=${l=>n(l.target.value)}
    />${dt(s,r)}`}var dt=(t,e)=>e.length?c`<datalist id=${t}>${e.map(r=>c`<option value=${r}></option>`)}</datalist>`:f;function me(t,e,r,n,o){let{w:i}=t.host,{wrong:s,told:l}=Oe(t),a=`list-${S(t)}`,d=m=>{let h=ar(m.value,r);m.value="",h.length&&o(lr(e,h))},p=m=>{let h=m.target;m.isComposing||(m.key==="Enter"||m.key===","||m.key==="，"?(m.preventDefault(),d(h)):m.key==="Backspace"&&!h.value&&e.length&&o(e.slice(0,-1)))},u=m=>{let h=m.target;(m.inputType==="insertReplacementText"||!m.inputType)&&d(h)};return c`<span class="values" role="group" aria-label=${t.label}>
    ${e.map(m=>c`<span class="value">${String(m)}<button
        type="button" class="tiny" aria-label=${i("remove_value",{value:String(m)})}
        @click=${()=>o(e.filter(h=>h!==m))}>×</button></span>`)}
    <input
      type="text" autocomplete="off" data-key=${S(t)} aria-label=${i("add_value",{label:t.label})}
      placeholder=${e.length?"":i("add_value_hint")} aria-invalid=${s} aria-describedby=${l}
      list=${n.length?a:f}
      @keydown=${p} @input=${u} @change=${m=>d(m.target)}
    />${dt(a,n.filter(m=>!e.includes(m)))}
  </span>`}var pt=(t,e,r)=>v(t,String(e),[{value:"true",label:t.host.w("yes")},{value:"false",label:t.host.w("no")}],n=>r(n==="true"));function ur(t,e,r,n,o,i){return r==="flag"&&(e===null||[!0,!1,0,1].includes(e))?pt(t,!!e,i):r==="number"&&(e===null||typeof e=="number")?k(t,e,n,i):ce(t,e===null?"":String(e),o,s=>i(st(s,r==="text"?r:null)))}var pr="\0other";function O(t,e,r,n,o,i="strong"){let{host:s}=t,l=S(t);if(s.isTyping(l))return Zr(t,e,r,o);let d=!e||r.some(u=>u.value===e)?r:[...r,{value:e,label:s.w("unseen",{name:e})}],p=n?[...d,{value:pr,label:s.w("type_a_name")}]:d;return p.length?v(t,e,p,u=>u===pr?s.typing(l,!0):o(u),i):c`<span class="none">${s.w("none_yet")}</span>`}function Zr(t,e,r,n){let{host:o}=t,i=l=>{let a=l.target.value.trim();o.typing(S(t),!1),a&&a!==e&&n(a)},s=`list-${S(t)}`;return c`<input
      type="text" class="text" autocomplete="off" data-key=${S(t)} aria-label=${t.label}
      placeholder=${o.w("type_a_name")} list=${s} @blur=${i}
      @keydown=${l=>{l.key==="Escape"&&(l.target.value=""),(l.key==="Enter"||l.key==="Escape")&&l.target.blur()}}
    />${dt(s,r.map(l=>l.value))}`}var te=t=>t.map(({name:e})=>({value:e,label:e})),re=(t,e,r,n={})=>c`<button
    type="button" class="icon" title=${e} aria-label=${e} data-key=${n.key??f} ?disabled=${n.off??!1}
    aria-pressed=${n.pressed===void 0?f:String(n.pressed)} @click=${r}
  ><span class="symbol" aria-hidden="true">${t}</span></button>`,w=t=>c`<span class="symbol" aria-hidden="true">${t}</span>`;function cr(t,e,r){let n=or(e,r);if(!r.verbs||n===null)return null;let[o,i]=r.verbs,s={host:t,id:e.id,field:"op",label:t.w("comparison")},l=[{value:"true",label:o},{value:"false",label:i}];return v(s,String(n),l,a=>t.edit(e,{...e.data,op:"eq",value:a==="true"}))}function Re(t,e,r){let n=ot(t.v,e),o=j(t.v.operators,n),i=String(e.data.op??r.op??""),s=o.find(d=>d.name===i)??t.v.operators.find(d=>d.name===i),l=[...new Set([...o,...s?[s]:[]])].map(d=>({value:d.name,label:d.label})),a=d=>{let p=t.v.operators.find(u=>u.name===d);t.edit(e,{...e.data,op:d,value:q(p,n,e.data.value??null)})};return c`${v({host:t,id:e.id,field:"op",label:t.w("comparison")},i,l,a)}
  ${s?ut(t,e,s,n,r.unit,rr(t.v,e)):f}`}function ut(t,e,r,n,o,i){let s=l=>t.edit(e,{...e.data,value:l});return ct(t,e.id,"value",e.data.value??null,r,n,o,i,s)}function ct(t,e,r,n,o,i,s,l,a){let{w:d}=t,p={host:t,id:e,field:r,label:d("value")};switch(o.takes){case"nothing":return f;case"number":return k(p,typeof n=="number"?n:null,s,a);case"text":return ce(p,typeof n=="string"?n:"",l,u=>a(u.trim()||null));case"list":return me({...p,label:d("values")},ee(n),i,l,a);case"pair":{let[u,m]=Array.isArray(n)?n:[null,null],h=[u,m].map(g=>typeof g=="number"?g:null);return c`${k({...p,label:d("low")},h[0],s,g=>a([g,h[1]]))}
        <span class="word">${d("and")}</span>
        ${k({...p,field:`${r}/1`,label:d("high")},h[1],s,g=>a([h[0],g]))}`}default:return ur(p,K(n)?n:null,i,s,l,a)}}var Qr=t=>Array.isArray(t)?t:[];function He(t,e,r,n,o,i){let s=Qr(n),l=(a,d)=>i(s.map((p,u)=>a===u?d:p));return c`${s.map((a,d)=>tn(t,e,`${r}/${d}`,a,d,o,p=>l(d,p),()=>i(s.filter((p,u)=>u!==d))))}
    <button type="button" class="add small" data-key="${e}:${r}/add" @click=${()=>i([...s,en(t,o)])}>
      ${w("add")}${t.w("add_filter")}
    </button>`}function en(t,e){let[r]=e,[n]=j(t.v.filter_operators,r?.kind??"text");return mt(n,r,{property:r?.name??null,op:n?.name??null,value:null})}var mt=(t,e,r)=>t?{...r,value:q(t,e?.kind??null,r.value??null)}:r;function tn(t,e,r,n,o,i,s,l){let{w:a,v:d}=t,p=i.find(y=>y.name===n.property),u=j(d.filter_operators,p?.kind??null),m=d.filter_operators.find(y=>y.name===(n.op??"eq")),h=(y,P)=>({host:t,id:e,field:`${r}/${y}`,label:P}),g=y=>{let P=i.find(Ue=>Ue.name===y),yt=j(d.filter_operators,P?.kind??null),vt=yt.find(Ue=>Ue.name===m?.name)??yt[0];s(mt(vt,P,{property:y,op:vt?.name??null,value:null}))},x=y=>s(mt(d.filter_operators.find(P=>P.name===y),p,{...n,op:y}));return c`<span class="filter" role="group" aria-label=${a("filter_n",{n:o+1})}>
    <span class="word">${a(o?"and":"where")}</span>
    ${O(h("property",a("property")),String(n.property??""),te(i),!0,g,"")}
    ${v(h("op",a("comparison")),String(m?.name??n.op??""),u.map(y=>({value:y.name,label:y.label})),x)}
    ${m?ct(t,e,`${r}/value`,n.value??null,m,p?.kind??null,"",p?.values??[],y=>s({...n,value:y})):""}
    <button type="button" class="tiny" aria-label=${a("remove_filter",{n:o+1})} @click=${l}>×</button>
  </span>`}var rn=new Set(["days","hours","skip_days"]),Le=t=>typeof t=="number";function mr(t){if(typeof t!="object"||t===null||Array.isArray(t))return{mode:"ever"};if(Object.entries(t).filter(([,i])=>i!==null).some(([i])=>!rn.has(i)))return{mode:"other",json:t};let{days:r,hours:n,skip_days:o}=t;return Le(n)?{mode:"hours",n}:Le(r)&&Le(o)&&o>0?{mode:"between",near:o,far:r+o}:Le(r)?{mode:"days",n:r}:{mode:"ever"}}function ft(t){switch(t.mode){case"other":return t.json;case"ever":return{};case"hours":return{hours:t.n??0};case"days":return{days:t.n??0};case"between":return{days:(t.far??0)-(t.near??0),skip_days:t.near??0}}}function ht(t,e){let r=e.mode==="days"?e.n:e.mode==="between"?e.far:null;switch(t){case"hours":return{mode:t,n:24};case"days":return{mode:t,n:r??30};case"between":return{mode:t,near:r??30,far:(r??30)*2};default:return{mode:"ever"}}}function De(t,e,r,n,o){let{w:i}=t,s=mr(n),l={host:t,id:e,field:r,label:i("when")},a=s.mode==="days"||s.mode==="hours"?"last":s.mode,p=["last","between","ever",...s.mode==="other"?["other"]:[]].map(m=>({value:m,label:i(`window_${m}`)}));return c`<span class="phrase">${v(l,a,p,m=>o(ft(m==="other"?s:ht(m==="last"?"days":m,s))))}${nn(l,s,m=>o(ft(m)))}</span>`}function nn(t,e,r){let{w:n}=t.host;if(e.mode==="between")return c`${k({...t,field:`${t.field}/near`,label:n("days_ago_near")},e.near,"",s=>r({...e,near:s}))}
      <span class="word">${n("and")}</span>
      ${k({...t,field:`${t.field}/far`,label:n("days_ago_far")},e.far,"",s=>r({...e,far:s}))}
      <span class="word">${n("days_ago")}</span>`;if(e.mode!=="days"&&e.mode!=="hours")return c``;let o=["days","hours"].map(s=>({value:s,label:n(s)})),i=s=>r(ht(s,e));return c`${k({...t,field:`${t.field}/n`,label:n("how_long")},e.n,"",s=>r({...e,n:s}))}
    ${v({...t,field:`${t.field}/unit`,label:n("unit")},e.mode,o,i)}`}var fe="count",Me={op:"gte",value:1},Ie=({data:t})=>(t.function??fe)===fe,Ne=t=>t.not&&Ie(t)&&t.data.op===Me.op&&t.data.value===Me.value,gt=Ne;function fr(t,e,r){let{data:n}=e,o=l=>t.edit(e,{...n,...l}),i=B(t.v,n.event),s=Ie(e);return c`${on(t,e)} ${s?f:an(t,e)} ${ln(t,e,o)}
    ${s&&!Ne(e)?pn(t,e):f}
    ${De(t,e.id,"window",n.window,l=>o({window:l}))}
    ${s?f:c`<span class="phrase">${Re(t,e,r)}</span>`}
    <span class="filters">${He(t,e.id,"where",n.where,i,l=>o({where:l}))}
      ${dn(t,e,o)}</span>`}function on(t,e){let{w:r}=t,n=t.v.functions.filter(s=>s.name!==fe),o=[{value:"did",label:r("did")},{value:"never",label:r("did_not")},...n.map(s=>({value:s.name,label:s.label,group:r("or_a_number")}))],i=Ne(e)?"never":Ie(e)?"did":String(e.data.function);return v({host:t,id:e.id,field:"function",label:r("verb")},i,o,s=>sn(t,e,s))}function sn(t,e,r){let{property:n,...o}=e.data,i=e.not&&!Ne(e);if(r==="never")return t.edit(e,{...o,function:fe,...Me},{not:!0});if(r==="did")return t.edit(e,{...o,function:fe,...Ie(e)?{}:Me},{not:i});let s=t.v.functions.find(p=>p.name===r),l=B(t.v,o.event).filter(p=>s?.kinds.includes(p.kind)),a=l.find(p=>p.name===e.data.property)??l[0],d=s?.kinds.length?{property:a?.name??null}:{};t.edit(e,{...o,function:r,...d},{not:i})}function an(t,e){let r=t.v.functions.find(i=>i.name===e.data.function);if(r&&!r.kinds.length&&!e.data.property)return f;let n=B(t.v,e.data.event).filter(i=>!r||r.kinds.includes(i.kind)),o={host:t,id:e.id,field:"property",label:t.w("property")};return c`${O(o,String(e.data.property??""),te(n),!0,i=>t.edit(e,{...e.data,property:i}))}
    <span class="word">${t.w("over")}</span>`}var hr=({data:t})=>Array.isArray(t.event)?t.event.map(String):[String(t.event??"")];function ln(t,e,r){let{w:n,v:o}=t,i=hr(e),s=(o.choices.event??[]).map(({name:a,label:d,seen:p})=>({value:a,label:p?d:n("unseen",{name:d})})),l=a=>r({event:a.length>1?a:a[0]??null});return c`<span class="phrase names">${i.map((a,d)=>{let p={host:t,id:e.id,field:d?`event/${d}`:"event",label:n("event")},u=m=>l([...new Set(i.map((h,g)=>g===d?m:h))]);return c`${d?c`<span class="word">${n("or")}</span>`:f}${O(p,a,s,!0,u)}${i.length>1?c`<button type="button" class="tiny" aria-label=${n("remove_value",{value:a})} @click=${()=>l(i.filter((m,h)=>h!==d))}>×</button>`:f}`})}</span>`}function dn(t,e,r){let n=hr(e),o=(t.v.choices.event??[]).find(i=>!n.includes(i.name));return o?c`<button type="button" class="add small" data-key="${e.id}:event/add" @click=${()=>r({event:[...n,o.name]})}>
    ${w("add")}${t.w("or_event")}</button>`:f}function pn(t,e){let{w:r,v:n}=t,o=n.operators.filter(a=>a.times||a.name===e.data.op),i=n.operators.find(a=>a.name===e.data.op),s=a=>{let d=n.operators.find(p=>p.name===a);t.edit(e,{...e.data,op:a,value:q(d,"number",e.data.value??null)})},l=o.map(a=>({value:a.name,label:a.times??a.label}));return c`<span class="phrase">${v({host:t,id:e.id,field:"op",label:r("how_often")},String(e.data.op??""),l,s)}
    ${i?ut(t,e,i,"number","",[]):f}<span class="word">${r("times")}</span></span>`}function gr(t,e,r){let n=cr(t,e,r),o=(i,s)=>{let l={...e.data,[i.name]:s},a=!r.compares&&V(t.v,i.kind);t.edit(e,a?Ce(t.v,{...e,data:{...l,value:null}}):l)};return c`${n??f}
    ${r.fields.map(i=>br(t,e.id,i,i.name,e.data,r.title,s=>o(i,s)))}
    ${n?f:c`<span class="phrase">${Re(t,e,r)}</span>`}`}function br(t,e,r,n,o,i,s){let l={host:t,id:e,field:n,label:r.label||i},a=r.kind==="window"||r.kind==="filters",d=r.label&&!a?c`<span class="word">${r.label}</span>`:f;return c`<span class="phrase">${d}${un(l,r,o,s)}</span>`}function un(t,e,r,n){let{host:o,id:i}=t,s=r[e.name]??e.default,l=K(s)?String(s):"",a=V(o.v,e.kind);if(a)return cn(t,e,s,a.map(({name:d,label:p,seen:u})=>({value:d,label:u?p:o.w("unseen",{name:p})})),n);switch(e.kind){case"property":return O(t,l,te(B(o.v,r.event)),!0,n);case"function":return v(t,l,o.v.functions.map(({name:d,label:p})=>({value:d,label:p})),n);case"window":return De(o,i,t.field,s,n);case"filters":return He(o,i,t.field,s,B(o.v,r.event),n);case"option":return v(t,l,e.options.map(d=>({value:String(d),label:String(d)})),d=>n(e.options.find(p=>String(p)===d)??d));case"number":return e.many?me(t,ee(s),"number",[],n):k(t,typeof s=="number"?s:null,"",n);case"flag":return pt(t,s===!0,n);case"items":return mn(t,e,Array.isArray(s)?s:[],n);default:return e.many?me(t,ee(s),"text",[],n):ce(t,l,[],d=>n(d||null))}}function cn(t,e,r,n,o){let i=e.kind==="event"||e.kind==="attribute";return!e.many||!Array.isArray(r)?O(t,K(r)?String(r):"",n,i,o):c`${r.map((s,l)=>{let a={...t,field:`${t.field}/${l}`};return c`${O(a,String(s),n,i,d=>o(r.map((p,u)=>u===l?d:p)))}<button
      type="button" class="tiny" aria-label=${t.host.w("remove_value",{value:String(s)})}
      @click=${()=>o(r.filter((d,p)=>p!==l))}>×</button>`})}<button type="button" class="tiny plus" aria-label=${t.host.w("add_value",{label:t.label})}
    @click=${()=>o([...r,n.find(s=>!r.includes(s.value))?.value??""])}>+</button>`}function mn(t,e,r,n){let{host:o,id:i}=t,s=(l,a,d)=>n(r.map((p,u)=>u===l?{...p,[a]:d}:p));return c`<span class="items">${r.map((l,a)=>c`<span class="filter" role="group" aria-label="${t.label} ${a+1}"><span class="word">${a+1}</span>
        ${e.fields.map(d=>br(o,i,d,`${t.field}/${a}/${d.name}`,l,t.label,p=>s(a,d.name,p)))}
        <button type="button" class="tiny" aria-label=${o.w("remove_value",{value:String(a+1)})}
          @click=${()=>n(r.filter((d,p)=>p!==a))}>×</button></span>`)}<button type="button" class="add small" @click=${()=>n([...r,{}])}>${w("add")}${t.label}</button></span>`}var fn={event:fr};function bt(t,e){let{w:r,root:n}=t,o=F(n,e.id),i=["all","any"].map(a=>({value:a,label:r(a)})),s=a=>t.change(Y(n,e.id,d=>({...d,...a}))),l=`${o?r("group_n",{n:o}):r("whole")}: ${e.not?`${r("exclude")} · `:""}${r(e.mode)}`;return c`<section class="group ${e.mode} ${e.not?"not":""} ${yr(t,e)}" role="group" aria-label=${l} data-id=${e.id}
      aria-describedby="problems-${e.id}">
    <div class="head">
      ${v({host:t,id:e.id,field:"mode",label:o?r("group_mode",{n:o}):r("whole_mode")},e.mode,i,a=>s({mode:a}),`mode ${e.mode}`)}
      <label class="exclude"><input type="checkbox" data-key="${e.id}:not" .checked=${e.not}
        @change=${a=>s({not:a.target.checked})} />${r("exclude")}</label>
      <span class="room"></span>
      ${o?c`<div class="actions">${vr(t,e,r("group_n",{n:o}))}</div>`:f}
    </div>
    ${xr(t,e)}
    ${e.parts.length?tr(e.parts,a=>a.id,(a,d)=>c`${d?hn(t,e):f}${A(a)?bt(t,a):bn(t,a)}`):c`<p class="empty">${r(e.mode==="all"?"empty_all":"empty_any")}</p>`}
    ${gn(t,e)}
  </section>`}var yr=(t,{id:e})=>`${t.dragged===e?"dragged":""} ${t.problemsOf(e).some(r=>r.level==="error")?"has-error":""}`,hn=(t,{mode:e})=>c`<p class="joint ${e}" aria-hidden="true"><span>${t.w(e==="all"?"AND":"OR")}</span></p>`;function gn(t,e){let{v:r,w:n,root:o}=t,i=Bt(o,e.id),s=i+1>r.max_depth,l=i+2>r.max_depth,a=F(o,e.id)||n("whole"),d=u=>t.dragged!==null&&u.preventDefault(),p=(u,m,h,g,x)=>c`<button type="button" class="add" data-key="${e.id}:${u}" ?disabled=${g} title=${g?n("too_deep",{n:r.max_depth}):f}
      aria-label=${n("add_to",{title:h,where:a})} @click=${()=>t.add(e,x())}>${w(m)}${h}</button>`;return c`<div class="adds" @dragover=${d} @drop=${u=>$r(u,t,e,"into")}>
    ${r.families.map(u=>p(`add-${u.name}`,u.icon,u.title,s,()=>nt(r,u.criteria[0])))}
    ${p("add-group","account_tree",n("add_group"),l,()=>z([],e.mode==="all"?"any":"all"))}
  </div>`}function bn(t,e){let{w:r,v:n,root:o}=t,i=C(n,e.type),s=n.families.find(u=>u.name===i?.family),l=F(o,e.id),a=i?.title??e.type,d=e.not&&!gt(e),p=u=>t.dragged!==null&&t.dragged!==e.id&&u.preventDefault();return c`<section class="leaf ${s?.tone??"slate"} ${d?"not":""} ${yr(t,e)}"
      role="group" aria-label="${r("condition_n",{n:l})}: ${a}" data-id=${e.id} aria-describedby="problems-${e.id}"
      @dragover=${p} @drop=${u=>$r(u,t,e,xn(u))}>
    <div class="badge">${w(s?.icon??"help")}${yn(t,e,s,a)}</div>
    <div class="body">
      ${d?c`<span class="negated">${r("not")}</span>`:f}
      ${i?(fn[i.editor]??gr)(t,e,i):c`<span class="none">${r("unknown_leaf",{type:e.type||"?"})}</span>`}
    </div>
    <div class="actions">${gt(e)?f:vn(t,e,r("condition_n",{n:l}))}${vr(t,e,r("condition_n",{n:l}))}</div>
    ${xr(t,e)}
  </section>`}function yn(t,e,r,n){if(!r||r.criteria.length<2)return c`<span class="title">${n}</span>`;let o=r.criteria.map(s=>({value:s,label:C(t.v,s).title})),i=s=>t.change(Y(t.root,e.id,l=>nr(t.v,l,s)),{id:e.id,key:`${e.id}:type`});return v({host:t,id:e.id,field:"type",label:t.w("kind_of_condition")},e.type,o,i,"title")}var vn=(t,e,r)=>re("block",t.w("exclude_part",{name:r}),()=>t.edit(e,e.data,{not:!e.not}),{key:`${e.id}:not`,pressed:e.not}),vr=(t,e,r)=>c`${$n(t,e)}
  ${re("arrow_upward",t.w("move_up",{name:r}),()=>t.move(e,-1),{key:`${e.id}:up`})}
  ${re("arrow_downward",t.w("move_down",{name:r}),()=>t.move(e,1),{key:`${e.id}:down`})}
  ${re("content_copy",t.w("duplicate",{name:r}),()=>t.duplicate(e),{key:`${e.id}:copy`})}
  ${re("delete",t.w("delete",{name:r}),()=>t.discard(e),{key:`${e.id}:delete`})}`,$n=(t,e)=>c`<span class="handle symbol" aria-hidden="true" draggable="true" title=${t.w("drag")}
    @dragstart=${r=>{r.dataTransfer.setData("text/plain",""),r.dataTransfer.effectAllowed="move",t.drag(e.id)}} @dragend=${()=>t.drag(null)}>drag_indicator</span>`;function xn(t){let e=t.currentTarget.getBoundingClientRect();return t.clientY<e.top+e.height/2?"before":"after"}function $r(t,e,r,n){e.dragged!==null&&(t.preventDefault(),t.stopPropagation(),e.drop(r.id,n))}function xr(t,e){let r=t.problemsOf(e.id);return c`<ul class="problems" id="problems-${e.id}">${r.map(n=>c`<li class=${n.level}>${w(n.level==="error"?"error":n.level==="pending"?"schedule":"edit")}
      <span>${n.message} ${n.fix?c`<b>${n.fix}</b>`:f}</span></li>`)}</ul>`}var wr="important",wn=" !"+wr,_r=Z(class extends L{constructor(t){if(super(t),t.type!==X.ATTRIBUTE||t.name!=="style"||t.strings?.length>2)throw Error("The `styleMap` directive must be used in the `style` attribute and must be the only part in the attribute.")}render(t){return Object.keys(t).reduce((e,r)=>{let n=t[r];return n==null?e:e+`${r=r.includes("-")?r:r.replace(/(?:^(webkit|moz|ms|o)|)(?=[A-Z])/g,"-$&").toLowerCase()}:${n};`},"")}update(t,[e]){let{style:r}=t.element;if(this.ft===void 0)return this.ft=new Set(Object.keys(e)),this.render(e);for(let n of this.ft)e[n]==null&&(this.ft.delete(n),n.includes("-")?r.removeProperty(n):r[n]=null);for(let n in e){let o=e[n];if(o!=null){this.ft.add(n);let i=typeof o=="string"&&o.endsWith(wn);n.includes("-")||i?r.setProperty(n,i?o.slice(0,-11):o,i?wr:""):r[n]=o}}return $}});var he=(t,e)=>new Intl.NumberFormat(t.locale).format(e),kr=(t,e)=>new Intl.NumberFormat(t,{style:"percent",maximumFractionDigits:e<.1?1:0}).format(e);function Sr(t){let{w:e,preview:r,failure:n,wrong:o}=t;if(n)return e(`failed_${n}`);if(!r)return"";if(r.unavailable)return r.unavailable;if(o)return e("n_to_mend",{n:o});if(r.people===null||r.at_most===null)return"";let i=he(t,r.people);if(r.at_most>r.people||r.problems.length)return e("counted_later");let s=r.total?r.people/r.total:0;return e("people_said",{people:i,share:kr(t.locale,s)})}function Pr(t){let{w:e,busy:r}=t;return c`<aside class="panel ${r?"busy":""}" aria-label=${e("audience")} aria-busy=${String(r)}>
    <h2>${e("audience")}</h2>
    ${_n(t)}
  </aside>`}function _n(t){let{w:e,preview:r,failure:n,wrong:o}=t;return n?An(t):r?r.unavailable?ge("hourglass_empty",r.unavailable):o?c`${ge("edit_note",e("n_to_mend",{n:o}),"warn")}
      <button type="button" class="plain" @click=${()=>t.goToProblem()}>${e("go_there")}</button>`:r.people===null?Ar():kn(t,r,r.people,r.at_most??r.people):Ar()}function An(t){let e=t.failure;return c`${ge(e==="session"?"lock":"cloud_off",t.w(`failed_${e}`),"bad")}
    <button type="button" class="plain" @click=${()=>t.retry()}>${t.w("try_again")}</button>`}var ge=(t,e,r="")=>c`<div class="note ${r}">${w(t)}<p>${e}</p></div>`,Ar=()=>c`<div class="skeleton" aria-hidden="true"><i class="big"></i><i></i><i></i><i></i><i></i></div>`;function kn(t,e,r,n){let{w:o}=t;if(e.problems.some(l=>l.level==="pending"))return Sn(t,e,r,n);let s=e.total?r/e.total:0;return c`<p class="count"><b>${he(t,r)}</b> <span>${o("share_of_all",{share:kr(t.locale,s)})}</span></p>
    ${Tr(s)}
    ${r?c`${Pn(t,e,r)}${Tn(t,e)}`:ge("person_off",o("nobody"))}
    ${Er(t,e)}`}function Sn(t,e,r,n){let{w:o}=t,i={low:he(t,r),high:he(t,n)},s=o(r===0?"at_most":"from_to",i);return c`${ge("schedule",o("counted_later"),"info")}
    ${n<e.total||r>0?c`<p class="small">${s}</p>`:f}
    ${Er(t,e)}`}var Tr=(t,e="")=>c`<span class="bar ${e}" aria-hidden="true"><i style=${_r({width:`${Math.min(t,1)*100}%`})}></i></span>`;function Pn(t,e,r){return c`<h3>${t.w("reachable_by")}</h3>
    <ul class="reach">${e.reach.map(n=>c`<li><span>${n.label}</span>${Tr(n.people/r)}<b>${he(t,n.people)}</b></li>`)}</ul>`}function Tn(t,e){let{w:r}=t;return e.sample===null?c`<p class="small">${r("no_sample")}</p>`:c`<div class="heading"><h3>${r("sample")}</h3><span class="small">${e.score_label}</span></div>
    <ul class="sample">${e.sample.map(n=>En(t,n))}</ul>`}var En=(t,e)=>c`<li>
  <span class="face" aria-hidden="true">${e.named?[...e.name][0]:w("person")}</span>
  <span class="who"><a href=${e.url} target="_blank" rel="noopener">${e.name}</a><small>${e.details.join(" · ")}</small></span>
  <span class="score ${e.high?"high":""}" title=${e.high?t.w("top_fifth"):f}>${e.score===null?"—":new Intl.NumberFormat(t.locale,{maximumFractionDigits:2}).format(e.score)}${e.high?c`<span class="hidden"> ${t.w("top_fifth")}</span>`:f}</span>
</li>`,Er=(t,e)=>c`<p class="foot"><span>${t.w("as_of",{moment:e.as_of})}</span><span>${t.w("took",{ms:Math.round(e.took_ms)})}</span></p>`;function zr(t){return(e,r={})=>(t[e]??e).replace(/\{(\w+)\}/g,(n,o)=>o in r?String(r[o]):n)}var zn=50,be=class extends H{constructor(){super();b(this,"v");b(this,"w");b(this,"root",z());b(this,"dragged",null);b(this,"area");b(this,"counter");b(this,"places",new Map);b(this,"problems",new Map);b(this,"typed",new Set);b(this,"history",[]);b(this,"edited",null);b(this,"preview",null);b(this,"failure",null);b(this,"busy",!1);b(this,"said","");b(this,"copied",!1);b(this,"focusNext",null);this.addEventListener("keydown",Cn)}connectedCallback(){super.connectedCallback(),this.area=document.getElementById(this.getAttribute("for")??""),this.v=Cr(this.getAttribute("vocabulary")),this.w=zr(this.v.words);let r=Ut(Cr(this.getAttribute("condition")));r&&(this.area.hidden=!0,this.area.style.display="none",this.root=r,this.counter=new Se(this.getAttribute("preview")??"",this.getAttribute("key")??"",()=>this.area.form?.querySelector("[name=csrfmiddlewaretoken]")?.value??""),this.count())}disconnectedCallback(){super.disconnectedCallback(),this.counter?.stop()}problemsOf(r){return this.problems.get(r)??[]}isTyping(r){return this.typed.has(r)}typing(r,n){n?this.typed.add(r):this.typed.delete(r);let o=Number(r.split(":")[0]);this.focusNext=n?{id:o,key:r}:null,this.requestUpdate()}change(r,n,o){this.history=[...this.history.slice(-zn),this.root],this.edited=null,this.become(r,n,o)}edit(r,n,o={}){let i=Y(this.root,r.id,s=>({...s,...o,data:n}));this.edited===r.id?this.become(i):this.change(i),this.edited=r.id}add(r,n){this.change(et(this.root,r.id,n),{id:n.id},this.w("added"))}duplicate(r){let n=Ft(this.root,r.id);n&&this.change(n.root,{id:n.copy.id},this.w("duplicated"))}discard(r){let n=Kt(this.root,r.id);this.change(Ee(this.root,r.id),{id:n},this.w("deleted"))}move(r,n){let o=jt(this.root,r.id,n,tt(this.v.max_depth)),i=`${r.id}:${n<0?"up":"down"}`;if(!o)return this.say(this.w("no_further"));this.change(o,{id:r.id,key:i},this.w("moved_to",{n:F(o,r.id)}))}drag(r){this.dragged=r,this.requestUpdate()}drop(r,n){let o=this.dragged===null?null:qt(this.root,this.dragged,r,n),i=this.dragged;this.dragged=null,o&&i!==null&&tt(this.v.max_depth)(o)?this.change(o,{id:i},this.w("moved_to",{n:F(o,i)})):this.requestUpdate()}become(r,n,o){this.root=r,this.focusNext=n??null,this.copied=!1,o&&this.say(o);let{document:i}=Te(r,this.v.version);this.area.value=JSON.stringify(i),this.area.dispatchEvent(new Event("input",{bubbles:!0})),this.count(),this.requestUpdate()}undo(){let r=this.history.pop();this.edited=null,r&&this.become(r,{id:r.id},this.w("undone"))}count(){let{document:r,places:n}=Te(this.root,this.v.version);this.places=n,this.busy=!0,this.counter.ask(r,o=>this.answered(o))}answered(r){this.busy=!1,"failure"in r?this.failure=r.failure:(this.failure=null,this.preview=r.preview,this.place(r.preview)),this.say(Sr(this.shown())),this.requestUpdate()}place({problems:r}){this.problems=new Map;for(let n of r){let{id:o,field:i}=Jt(n.pointer,this.places)??{id:this.root.id,field:""};this.problems.set(o,[...this.problemsOf(o),{...n,field:i}])}}say(r){this.said=r,this.requestUpdate()}wrongParts(){return[...this.problems].filter(([,r])=>r.some(n=>n.level!=="pending")).map(([r])=>r)}shown(){return{w:this.w,locale:document.documentElement.lang||"en",preview:this.preview,failure:this.failure,busy:this.busy,wrong:this.wrongParts().length,retry:()=>{this.failure=null,this.count(),this.requestUpdate()},goToProblem:()=>{let r=[...this.places.values()].find(o=>this.wrongParts().includes(o)),n=r&&this.elementOf(r)?.querySelector("[aria-invalid=true]");n?n.focus():r&&this.focusPart({id:r})}}}render(){if(!this.counter)return f;let{w:r}=this;return c`<div class="builder">
        <div class="main">
          ${bt(this,this.root)}
          <div class="summary" aria-label=${r("summary")} role="group"><b>${r("summary")}</b>
            <span class=${this.busy?"dim":""}>${this.preview?.sentence||r("no_sentence")}</span></div>
          ${this.tools()}
        </div>
        ${Pr(this.shown())}
      </div>
      <p class="hidden" role="status" aria-live="polite">${this.said}</p>`}tools(){let{w:r}=this,n=JSON.stringify(Te(this.root,this.v.version).document,null,2),o=async()=>{await navigator.clipboard?.writeText(n),this.copied=!0,this.say(r("copied"))};return c`<div class="tools">
      <button type="button" class="plain" ?disabled=${!this.history.length} @click=${()=>this.undo()}>${r("undo")}</button>
      <details><summary>${r("as_json")}</summary>
        <div class="json"><pre tabindex="0" aria-label=${r("as_json")}>${n}</pre>
        <button type="button" class="plain" @click=${o}>${r(this.copied?"copied":"copy")}</button></div>
      </details></div>`}updated(r){super.updated(r);let n=this.focusNext;this.focusNext=null,n&&_(this.root,n.id)&&this.focusPart(n)}elementOf(r){return this.renderRoot.querySelector(`[data-id="${r}"]`)}focusPart({id:r,key:n}){let o=this.elementOf(r),i=o?.querySelector(".body select, .body input, .head select");((n?this.renderRoot.querySelector(`[data-key="${n}"]`):null)??i??o?.querySelector("button"))?.focus()}};b(be,"styles",Wt);function Cn(t){let[e]=t.composedPath();t.key.length===1&&!t.ctrlKey&&!t.metaKey&&!t.altKey&&(e instanceof HTMLInputElement||e instanceof HTMLSelectElement)&&t.stopPropagation()}function Cr(t){return JSON.parse(document.getElementById(t??"")?.textContent||"null")}var Or=()=>{customElements.get("zx-rules")||customElements.define("zx-rules",be)};document.readyState==="loading"?document.addEventListener("DOMContentLoaded",Or):Or();})();
