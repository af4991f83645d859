SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA vault;
CREATE TYPE public.stored_event_uuid AS (
	originator_id uuid,
	originator_version bigint,
	topic text,
	state bytea
);
CREATE FUNCTION public.append_events(ids uuid[], versions bigint[], topics text[], states bytea[], buckets smallint[], commands uuid[], ordinals integer[]) RETURNS SETOF bigint
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    LOCK TABLE "public"."events" IN EXCLUSIVE MODE;
    IF EXISTS (SELECT 1 FROM "vault".tombstones t WHERE t.stream_id = ANY(ids)) THEN
        RAISE EXCEPTION 'stream erased' USING ERRCODE = 'WP001';
    END IF;
    NOTIFY "events";
    RETURN QUERY
        INSERT INTO "public"."events" AS t
            (originator_id, originator_version, topic, state, bucket, command_id, command_ordinal)
        SELECT e.id, e.version, e.topic, e.state, e.bucket, e.command, e.ordinal
        FROM unnest(ids, versions, topics, states, buckets, commands, ordinals)
            WITH ORDINALITY AS e(id, version, topic, state, bucket, command, ordinal, nth)
        ORDER BY e.nth
        RETURNING t.notification_id;
END
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accounts (
    account_id uuid NOT NULL,
    username character varying(80) NOT NULL,
    password_hash text NOT NULL,
    full_name character varying(120) NOT NULL,
    role character varying(20) NOT NULL,
    team_id uuid,
    improves boolean NOT NULL,
    active boolean NOT NULL,
    language character varying(5)
);
CREATE TABLE public.caseload (
    client_id uuid NOT NULL,
    team_id uuid,
    coach_id uuid,
    specialised boolean NOT NULL,
    intake_on date NOT NULL,
    assigned_on date,
    closed_on date,
    closing_reason character varying(20),
    name text,
    client_number text,
    email text,
    phone text,
    plan_on date,
    track character varying(20),
    track_on date,
    frequency_weeks integer,
    last_seen_on date,
    last_tried_on date,
    contact_due_on date,
    v_birth_date text,
    s_birth_date character varying(12),
    u_birth_date date,
    v_gender text,
    s_gender character varying(12),
    u_gender date,
    v_marital_status text,
    s_marital_status character varying(12),
    u_marital_status date,
    v_children_at_home integer,
    s_children_at_home character varying(12),
    u_children_at_home date,
    v_children_ages text,
    s_children_ages character varying(12),
    u_children_ages date,
    v_living_situation text,
    s_living_situation character varying(12),
    u_living_situation date,
    s_physical_limitations character varying(12),
    u_physical_limitations date,
    s_mental_limitations character varying(12),
    u_mental_limitations date,
    v_hours_available integer,
    s_hours_available character varying(12),
    u_hours_available date,
    v_outside_office_hours text,
    s_outside_office_hours character varying(12),
    u_outside_office_hours date,
    v_childcare_arranged boolean,
    s_childcare_arranged character varying(12),
    u_childcare_arranged date,
    s_debts character varying(12),
    u_debts date,
    s_criminal_record_restricts character varying(12),
    u_criminal_record_restricts date,
    v_education_level text,
    s_education_level character varying(12),
    u_education_level date,
    v_field_of_education text,
    s_field_of_education character varying(12),
    u_field_of_education date,
    v_language_level text,
    s_language_level character varying(12),
    u_language_level date,
    v_driving_licence text,
    s_driving_licence character varying(12),
    u_driving_licence date,
    v_certificates text,
    s_certificates character varying(12),
    u_certificates date,
    v_digital_skills text,
    s_digital_skills character varying(12),
    u_digital_skills date,
    v_work_sector text,
    s_work_sector character varying(12),
    u_work_sector date,
    v_work_occupation text,
    s_work_occupation character varying(12),
    u_work_occupation date,
    v_work_years integer,
    s_work_years character varying(12),
    u_work_years date,
    v_skills text,
    s_skills character varying(12),
    u_skills date,
    v_preferred_sectors text,
    s_preferred_sectors character varying(12),
    u_preferred_sectors date,
    v_preferred_occupations text,
    s_preferred_occupations character varying(12),
    u_preferred_occupations date,
    v_travel_time integer,
    s_travel_time character varying(12),
    u_travel_time date,
    v_own_transport text,
    s_own_transport character varying(12),
    u_own_transport date,
    v_own_goal text,
    s_own_goal character varying(12),
    u_own_goal date,
    v_plan_of_action text,
    s_plan_of_action character varying(12),
    u_plan_of_action date,
    v_service_track text,
    s_service_track character varying(12),
    u_service_track date,
    v_contact_frequency integer,
    s_contact_frequency character varying(12),
    u_contact_frequency date,
    v_cv text,
    s_cv character varying(12),
    u_cv date,
    v_job_ready_since text,
    s_job_ready_since character varying(12),
    u_job_ready_since date,
    v_benefit_start_date text,
    s_benefit_start_date character varying(12),
    u_benefit_start_date date
);
CREATE TABLE public.caseload_contacts (
    client_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    held_on date NOT NULL,
    seen boolean NOT NULL
);
CREATE TABLE public.contacts (
    client_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    version integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    actor uuid,
    held_on date NOT NULL,
    channel character varying(20) NOT NULL,
    started_by character varying(10) NOT NULL,
    outcome character varying(20) NOT NULL,
    minutes_with_client integer,
    minutes_administration integer,
    agreed_on date,
    struck boolean NOT NULL,
    topics text,
    note text,
    own_words text,
    agreed_next text
);
CREATE TABLE public.data_gaps (
    client_id uuid NOT NULL,
    field character varying(40) NOT NULL,
    state character varying(16) NOT NULL,
    due_on date,
    stale_on date,
    review_on date,
    contradictions text,
    since date,
    recorded character varying(16),
    value text,
    sealed text,
    source character varying(20),
    known_on date,
    version integer NOT NULL,
    actor uuid,
    recorded_at timestamp with time zone
);
CREATE TABLE public.data_gaps_clients (
    client_id uuid NOT NULL,
    team_id uuid,
    coach_id uuid,
    specialised boolean NOT NULL,
    assigned_on date,
    track character varying(20),
    track_on date,
    plan_on date,
    closed boolean NOT NULL
);
CREATE TABLE public.events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint NOT NULL,
    bucket smallint NOT NULL,
    command_id uuid,
    command_ordinal integer
)
WITH (autovacuum_vacuum_scale_factor='0.5', autovacuum_analyze_scale_factor='0.01');
CREATE SEQUENCE public.events_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.events_notification_id_seq OWNED BY public.events.notification_id;
CREATE TABLE public.projection_positions (
    projection character varying(40) NOT NULL,
    version integer NOT NULL,
    "position" bigint NOT NULL,
    generation integer NOT NULL,
    updated_at timestamp with time zone,
    rebuilt_at timestamp with time zone,
    changes text
);
CREATE TABLE public.read_log (
    read_id bigint NOT NULL,
    read_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL,
    client_id uuid NOT NULL,
    page character varying(40) NOT NULL
);
CREATE SEQUENCE public.read_log_read_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.read_log_read_id_seq OWNED BY public.read_log.read_id;
CREATE TABLE public.sessions (
    token_hash character varying(64) NOT NULL,
    account_id uuid NOT NULL,
    began_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);
CREATE TABLE public.signals (
    signal_id uuid NOT NULL,
    version integer NOT NULL,
    kind character varying(20) NOT NULL,
    state character varying(20) NOT NULL,
    state_on date NOT NULL,
    asked_from character varying(20),
    page character varying(80) NOT NULL,
    field character varying(40),
    filter text,
    definition_version character varying(40) NOT NULL,
    reporter uuid,
    role character varying(20) NOT NULL,
    team_id uuid,
    logged_at timestamp with time zone NOT NULL,
    support integer NOT NULL,
    duplicate_of uuid,
    seen text NOT NULL,
    expected text,
    reason text
);
CREATE TABLE public.teams (
    team_id uuid NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(100) NOT NULL,
    specialised boolean NOT NULL
);
CREATE TABLE public.timeline (
    client_id uuid NOT NULL,
    version integer NOT NULL,
    "position" bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    actor uuid,
    kind character varying(40) NOT NULL,
    happened_on date NOT NULL,
    contact_id uuid,
    field character varying(40),
    details text NOT NULL,
    sealed text NOT NULL
);
CREATE TABLE public.weekly_list_lines (
    list_id uuid NOT NULL,
    client_id uuid NOT NULL,
    field character varying(40) NOT NULL,
    state character varying(16) NOT NULL,
    since date,
    contradictions text,
    is_new boolean NOT NULL
);
CREATE TABLE public.weekly_lists (
    list_id uuid NOT NULL,
    week character varying(8) NOT NULL,
    coach_id uuid NOT NULL,
    team_id uuid,
    day date NOT NULL,
    "position" bigint NOT NULL,
    built_at timestamp with time zone NOT NULL,
    lines integer NOT NULL,
    done integer NOT NULL
);
CREATE TABLE vault.keys (
    stream_id uuid NOT NULL,
    key_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    kek_id text NOT NULL
);
CREATE TABLE vault.tombstones (
    stream_id uuid NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    actor uuid
);
ALTER TABLE ONLY public.events ALTER COLUMN notification_id SET DEFAULT nextval('public.events_notification_id_seq'::regclass);
ALTER TABLE ONLY public.read_log ALTER COLUMN read_id SET DEFAULT nextval('public.read_log_read_id_seq'::regclass);
INSERT INTO public.accounts VALUES ('33333333-3333-4333-8333-333333333333', 'coach', 'x', 'Invented Coach', 'work_coach', '22222222-2222-4222-8222-222222222222', false, true, NULL);
INSERT INTO public.caseload VALUES ('11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333', false, '2026-01-05', '2026-01-05', NULL, NULL, '[["11111111-1111-4111-8111-111111111111",1,"client.IntakeTaken","name"],{"k":"52c649f0-f532-4eb3-b864-95d227ab840a","c":"ssYXVK+NTIKq6sbXr4oc0T2d/7qcKspqMQ9Fyd6NoEBkB6wnesX+C9L2w4i7"}]', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-02-04', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '["B"]', 'known', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.caseload VALUES ('00000000-0000-0000-0000-000000000005', '22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333', false, '2026-01-05', '2026-01-05', '2026-11-18', 'erased', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.caseload_contacts VALUES ('11111111-1111-4111-8111-111111111111', '00000000-0000-0000-0000-00000000004d', '2026-02-04', true);
INSERT INTO public.contacts VALUES ('11111111-1111-4111-8111-111111111111', '00000000-0000-0000-0000-00000000004d', 3, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', '2026-02-04', 'phone', 'coach', 'spoken', NULL, NULL, NULL, false, NULL, '[["11111111-1111-4111-8111-111111111111",3,"client.ContactRecorded","note"],{"k":"52c649f0-f532-4eb3-b864-95d227ab840a","c":"Ar5ogxvILa0nZn28BQkdq+yuYAyehB357dEBLC9eBe74f82fSy332gKOquMbQQ=="}]', NULL, NULL);
INSERT INTO public.contacts VALUES ('11111111-1111-4111-8111-111111111111', '00000000-0000-0000-0000-00000000004e', 5, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', '2026-02-04', 'phone', 'coach', 'spoken', NULL, NULL, NULL, true, NULL, NULL, NULL, NULL);
INSERT INTO public.data_gaps VALUES ('11111111-1111-4111-8111-111111111111', 'driving_licence', 'known', NULL, NULL, NULL, NULL, NULL, 'known', '["B"]', NULL, 'conversation', '2026-01-05', 6, '33333333-3333-4333-8333-333333333333', '2026-11-18 10:00:00+00');
INSERT INTO public.data_gaps VALUES ('11111111-1111-4111-8111-111111111111', 'education_level', 'unknown', '2026-02-02', NULL, NULL, NULL, '2026-02-03', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL);
INSERT INTO public.data_gaps VALUES ('11111111-1111-4111-8111-111111111111', 'language_level', 'unknown', '2026-02-02', NULL, NULL, NULL, '2026-02-03', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL);
INSERT INTO public.data_gaps VALUES ('11111111-1111-4111-8111-111111111111', 'plan_of_action', 'unknown', '2026-02-02', NULL, NULL, NULL, '2026-02-03', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL);
INSERT INTO public.data_gaps_clients VALUES ('11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333', false, '2026-01-05', NULL, NULL, NULL, false);
INSERT INTO public.events VALUES ('11111111-1111-4111-8111-111111111111', 1, 'client.IntakeTaken', '\x7b2268656c645f6f6e223a22323032362d30312d3035222c227465616d223a2232323232323232322d323232322d343232322d383232322d323232323232323232323232222c227370656369616c69736564223a66616c73652c22736f75726365223a22636f6e766572736174696f6e222c227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c226e616d65223a7b226b223a2235326336343966302d663533322d346562332d623836342d393564323237616238343061222c2263223a2273735958564b2b4e54494b713673625872346f63305432642f3771634b7370714d5139467964364e6f45426b4236776e6573582b43394c3277346937227d2c22636c69656e745f6e756d626572223a6e756c6c2c22656d61696c223a6e756c6c2c2270686f6e65223a6e756c6c7d', 1, 0, '5a9400d4-1cce-4545-b36b-56a89a1d6929', 0);
INSERT INTO public.events VALUES ('11111111-1111-4111-8111-111111111111', 2, 'client.ClientAssigned', '\x7b227465616d223a2232323232323232322d323232322d343232322d383232322d323232323232323232323232222c227370656369616c69736564223a66616c73652c22636f616368223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c2261737369676e65645f6f6e223a22323032362d30312d3035222c227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333227d', 2, 0, '88c427e9-6aee-4ea8-8248-9c9ac2645307', 0);
INSERT INTO public.events VALUES ('11111111-1111-4111-8111-111111111111', 3, 'client.ContactRecorded', '\x7b227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c22636f6e746163745f6964223a2230303030303030302d303030302d303030302d303030302d303030303030303030303464222c2268656c645f6f6e223a22323032362d30322d3034222c226368616e6e656c223a2270686f6e65222c22737461727465645f6279223a22636f616368222c226f7574636f6d65223a2273706f6b656e222c226d696e757465735f776974685f636c69656e74223a6e756c6c2c226d696e757465735f61646d696e697374726174696f6e223a6e756c6c2c226167726565645f6f6e223a6e756c6c2c22746f70696373223a6e756c6c2c226e6f7465223a7b226b223a2235326336343966302d663533322d346562332d623836342d393564323237616238343061222c2263223a224172356f677876494c61306e5a6e323842516b64712b79755941796568423335376445424c43396542653734663832665379333332674b4f71754d6251513d3d227d2c226f776e5f776f726473223a6e756c6c2c226167726565645f6e657874223a6e756c6c7d', 3, 0, '6e90fa0c-78cd-42a6-90ee-1a678d3b1892', 0);
INSERT INTO public.events VALUES ('11111111-1111-4111-8111-111111111111', 4, 'client.ContactRecorded', '\x7b227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c22636f6e746163745f6964223a2230303030303030302d303030302d303030302d303030302d303030303030303030303465222c2268656c645f6f6e223a22323032362d30322d3034222c226368616e6e656c223a2270686f6e65222c22737461727465645f6279223a22636f616368222c226f7574636f6d65223a2273706f6b656e222c226d696e757465735f776974685f636c69656e74223a6e756c6c2c226d696e757465735f61646d696e697374726174696f6e223a6e756c6c2c226167726565645f6f6e223a6e756c6c2c22746f70696373223a6e756c6c2c226e6f7465223a6e756c6c2c226f776e5f776f726473223a6e756c6c2c226167726565645f6e657874223a6e756c6c7d', 4, 0, '1a608bc2-b559-4da7-80b0-ae3ed9764c22', 0);
INSERT INTO public.events VALUES ('11111111-1111-4111-8111-111111111111', 5, 'client.ContactStruckOut', '\x7b22636f6e746163745f6964223a2230303030303030302d303030302d303030302d303030302d303030303030303030303465222c227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c22726561736f6e223a7b226b223a2235326336343966302d663533322d346562332d623836342d393564323237616238343061222c2263223a2232586f2b58384a364d4b68432f51466d4455687136767766366a4f6a434d444f55345735316864696b322f4f7056522b4443636d59417357227d7d', 5, 0, 'eead2cac-9f88-4649-98a4-b208aef66009', 0);
INSERT INTO public.events VALUES ('11111111-1111-4111-8111-111111111111', 6, 'client.FieldRegistered', '\x7b22736f75726365223a22636f6e766572736174696f6e222c226b6e6f776e5f6f6e223a22323032362d30312d3035222c227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c226669656c64223a2264726976696e675f6c6963656e6365222c2276616c7565223a7b226b223a2235326336343966302d663533322d346562332d623836342d393564323237616238343061222c2263223a22673254582b2b3165324c737a4854474733574c5a6479566c4a3859563841334231536c49567175356c74376f227d7d', 6, 0, 'f6f4c31e-0f08-4e97-b199-004fb97176bd', 0);
INSERT INTO public.events VALUES ('00000000-0000-0000-0000-000000000005', 1, 'client.IntakeTaken', '\x7b2268656c645f6f6e223a22323032362d30312d3035222c227465616d223a2232323232323232322d323232322d343232322d383232322d323232323232323232323232222c227370656369616c69736564223a66616c73652c22736f75726365223a22636f6e766572736174696f6e222c227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c226e616d65223a7b226b223a2232396262333565622d353533332d346435362d393931352d366230626361316561613135222c2263223a2262725443534b346f41535a5875434f6d585932762f2f73654355512f68514b654b725673544f473247395277703379343942586d767147576648565869726335383362732f77553d227d2c22636c69656e745f6e756d626572223a6e756c6c2c22656d61696c223a6e756c6c2c2270686f6e65223a6e756c6c7d', 7, 6, '90fcaad9-b700-431a-b6c7-d6288b5f9cd7', 0);
INSERT INTO public.events VALUES ('00000000-0000-0000-0000-000000000005', 2, 'client.ClientAssigned', '\x7b227465616d223a2232323232323232322d323232322d343232322d383232322d323232323232323232323232222c227370656369616c69736564223a66616c73652c22636f616368223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333222c2261737369676e65645f6f6e223a22323032362d30312d3035222c227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a2233333333333333332d333333332d343333332d383333332d333333333333333333333333227d', 8, 6, '176cb547-0f47-4d43-8eb5-d928348846d4', 0);
INSERT INTO public.events VALUES ('00000000-0000-0000-0000-000000000005', 3, 'client.ClientErased', '\x7b22726561736f6e223a22636c69656e745f72657175657374222c227265636f726465645f6174223a22323032362d31312d31385431303a30303a30305a222c226163746f72223a6e756c6c7d', 9, 6, 'c4b31de5-80dc-47c5-a6f8-f04aed058138', 0);
INSERT INTO public.projection_positions VALUES ('caseload', 1, 9, 0, '2026-11-18 10:00:00+00', NULL, NULL);
INSERT INTO public.projection_positions VALUES ('data_gaps', 1, 9, 0, '2026-11-18 10:00:00+00', NULL, NULL);
INSERT INTO public.projection_positions VALUES ('contacts', 1, 9, 0, '2026-11-18 10:00:00+00', NULL, NULL);
INSERT INTO public.projection_positions VALUES ('timeline', 1, 9, 0, '2026-11-18 10:00:00+00', NULL, NULL);
INSERT INTO public.projection_positions VALUES ('signals', 1, 9, 0, '2026-11-18 10:00:00+00', NULL, NULL);
INSERT INTO public.teams VALUES ('22222222-2222-4222-8222-222222222222', 'noord', 'Team Noord', false);
INSERT INTO public.timeline VALUES ('11111111-1111-4111-8111-111111111111', 1, 1, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'IntakeTaken', '2026-01-05', NULL, NULL, '{"held_on":"2026-01-05","team":"22222222-2222-4222-8222-222222222222","specialised":false,"source":"conversation"}', '{"name":"[[\"11111111-1111-4111-8111-111111111111\",1,\"client.IntakeTaken\",\"name\"],{\"k\":\"52c649f0-f532-4eb3-b864-95d227ab840a\",\"c\":\"ssYXVK+NTIKq6sbXr4oc0T2d/7qcKspqMQ9Fyd6NoEBkB6wnesX+C9L2w4i7\"}]"}');
INSERT INTO public.timeline VALUES ('11111111-1111-4111-8111-111111111111', 2, 2, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'ClientAssigned', '2026-01-05', NULL, NULL, '{"team":"22222222-2222-4222-8222-222222222222","specialised":false,"coach":"33333333-3333-4333-8333-333333333333","assigned_on":"2026-01-05"}', '{}');
INSERT INTO public.timeline VALUES ('11111111-1111-4111-8111-111111111111', 3, 3, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'ContactRecorded', '2026-02-04', '00000000-0000-0000-0000-00000000004d', NULL, '{"held_on":"2026-02-04","channel":"phone","started_by":"coach","outcome":"spoken","minutes_with_client":null,"minutes_administration":null,"agreed_on":null}', '{"note":"[[\"11111111-1111-4111-8111-111111111111\",3,\"client.ContactRecorded\",\"note\"],{\"k\":\"52c649f0-f532-4eb3-b864-95d227ab840a\",\"c\":\"Ar5ogxvILa0nZn28BQkdq+yuYAyehB357dEBLC9eBe74f82fSy332gKOquMbQQ==\"}]"}');
INSERT INTO public.timeline VALUES ('11111111-1111-4111-8111-111111111111', 4, 4, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'ContactRecorded', '2026-02-04', '00000000-0000-0000-0000-00000000004e', NULL, '{"held_on":"2026-02-04","channel":"phone","started_by":"coach","outcome":"spoken","minutes_with_client":null,"minutes_administration":null,"agreed_on":null}', '{}');
INSERT INTO public.timeline VALUES ('11111111-1111-4111-8111-111111111111', 5, 5, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'ContactStruckOut', '2026-11-18', '00000000-0000-0000-0000-00000000004e', NULL, '{}', '{"reason":"[[\"11111111-1111-4111-8111-111111111111\",5,\"client.ContactStruckOut\",\"reason\"],{\"k\":\"52c649f0-f532-4eb3-b864-95d227ab840a\",\"c\":\"2Xo+X8J6MKhC/QFmDUhq6vwf6jOjCMDOU4W51hdik2/OpVR+DCcmYAsW\"}]"}');
INSERT INTO public.timeline VALUES ('11111111-1111-4111-8111-111111111111', 6, 6, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'FieldRegistered', '2026-01-05', NULL, 'driving_licence', '{"source":"conversation","known_on":"2026-01-05"}', '{"value":"[[\"11111111-1111-4111-8111-111111111111\",6,\"client.FieldRegistered\",\"value\"],{\"k\":\"52c649f0-f532-4eb3-b864-95d227ab840a\",\"c\":\"g2TX++1e2LszHTGG3WLZdyVlJ8YV8A3B1SlIVqu5lt7o\"}]"}');
INSERT INTO public.timeline VALUES ('00000000-0000-0000-0000-000000000005', 1, 7, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'IntakeTaken', '2026-01-05', NULL, NULL, '{"held_on":"2026-01-05","team":"22222222-2222-4222-8222-222222222222","specialised":false,"source":"conversation"}', '{}');
INSERT INTO public.timeline VALUES ('00000000-0000-0000-0000-000000000005', 2, 8, '2026-11-18 10:00:00+00', '33333333-3333-4333-8333-333333333333', 'ClientAssigned', '2026-01-05', NULL, NULL, '{"team":"22222222-2222-4222-8222-222222222222","specialised":false,"coach":"33333333-3333-4333-8333-333333333333","assigned_on":"2026-01-05"}', '{}');
INSERT INTO public.timeline VALUES ('00000000-0000-0000-0000-000000000005', 3, 9, '2026-11-18 10:00:00+00', NULL, 'ClientErased', '2026-11-18', NULL, NULL, '{"reason":"client_request"}', '{}');
INSERT INTO public.weekly_list_lines VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '00000000-0000-0000-0000-000000000005', 'driving_licence', 'unknown', '2026-02-03', NULL, true);
INSERT INTO public.weekly_list_lines VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '00000000-0000-0000-0000-000000000005', 'education_level', 'unknown', '2026-02-03', NULL, true);
INSERT INTO public.weekly_list_lines VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '00000000-0000-0000-0000-000000000005', 'language_level', 'unknown', '2026-02-03', NULL, true);
INSERT INTO public.weekly_list_lines VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '00000000-0000-0000-0000-000000000005', 'plan_of_action', 'unknown', '2026-02-03', NULL, true);
INSERT INTO public.weekly_list_lines VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '11111111-1111-4111-8111-111111111111', 'education_level', 'unknown', '2026-02-03', NULL, true);
INSERT INTO public.weekly_list_lines VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '11111111-1111-4111-8111-111111111111', 'language_level', 'unknown', '2026-02-03', NULL, true);
INSERT INTO public.weekly_list_lines VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '11111111-1111-4111-8111-111111111111', 'plan_of_action', 'unknown', '2026-02-03', NULL, true);
INSERT INTO public.weekly_lists VALUES ('8ad985d6-fba9-56e8-b32f-c9603d9d1fd6', '2026-W47', '33333333-3333-4333-8333-333333333333', '22222222-2222-4222-8222-222222222222', '2026-11-18', 8, '2026-11-18 10:00:00+00', 7, 0);
INSERT INTO vault.keys VALUES ('11111111-1111-4111-8111-111111111111', '52c649f0-f532-4eb3-b864-95d227ab840a', '\x66f1aa68595b9a7bc2abeaac7a588e3ce46f8ad0284643a1ffe3e5b537b0e405038a11163308050df3314d82979f12918368747b25cfab2ca7cbf15e', 'e93b8a835ffc9e04');
INSERT INTO vault.tombstones VALUES ('00000000-0000-0000-0000-000000000005', '2026-11-18 10:00:00+00', 'client_request', NULL);
SELECT pg_catalog.setval('public.events_notification_id_seq', 9, true);
SELECT pg_catalog.setval('public.read_log_read_id_seq', 1, false);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_username_key UNIQUE (username);
ALTER TABLE ONLY public.caseload_contacts
    ADD CONSTRAINT caseload_contacts_pkey PRIMARY KEY (contact_id);
ALTER TABLE ONLY public.caseload
    ADD CONSTRAINT caseload_pkey PRIMARY KEY (client_id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (contact_id);
ALTER TABLE ONLY public.data_gaps_clients
    ADD CONSTRAINT data_gaps_clients_pkey PRIMARY KEY (client_id);
ALTER TABLE ONLY public.data_gaps
    ADD CONSTRAINT data_gaps_pkey PRIMARY KEY (client_id, field);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (originator_id, originator_version);
ALTER TABLE ONLY public.projection_positions
    ADD CONSTRAINT projection_positions_pkey PRIMARY KEY (projection);
ALTER TABLE ONLY public.read_log
    ADD CONSTRAINT read_log_pkey PRIMARY KEY (read_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.signals
    ADD CONSTRAINT signals_pkey PRIMARY KEY (signal_id);
ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_code_key UNIQUE (code);
ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (team_id);
ALTER TABLE ONLY public.timeline
    ADD CONSTRAINT timeline_pkey PRIMARY KEY (client_id, version);
ALTER TABLE ONLY public.weekly_list_lines
    ADD CONSTRAINT weekly_list_lines_pkey PRIMARY KEY (list_id, client_id, field);
ALTER TABLE ONLY public.weekly_lists
    ADD CONSTRAINT weekly_lists_pkey PRIMARY KEY (list_id);
ALTER TABLE ONLY vault.keys
    ADD CONSTRAINT keys_key_id_key UNIQUE (key_id);
ALTER TABLE ONLY vault.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (stream_id);
ALTER TABLE ONLY vault.tombstones
    ADD CONSTRAINT tombstones_pkey PRIMARY KEY (stream_id);
CREATE UNIQUE INDEX events_command_idx ON public.events USING btree (command_id, command_ordinal) WHERE (command_id IS NOT NULL);
CREATE UNIQUE INDEX events_notification_id_idx ON public.events USING btree (notification_id);
CREATE INDEX ix_caseload_coach ON public.caseload USING btree (coach_id, closed_on);
CREATE INDEX ix_caseload_contacts_client ON public.caseload_contacts USING btree (client_id);
CREATE INDEX ix_caseload_team ON public.caseload USING btree (team_id, closed_on);
CREATE INDEX ix_contacts_actor ON public.contacts USING btree (actor, held_on);
CREATE INDEX ix_contacts_client ON public.contacts USING btree (client_id, held_on);
CREATE INDEX ix_data_gaps_clients_coach ON public.data_gaps_clients USING btree (coach_id);
CREATE INDEX ix_data_gaps_clients_team ON public.data_gaps_clients USING btree (team_id);
CREATE INDEX ix_read_log_client_id ON public.read_log USING btree (client_id);
CREATE INDEX ix_read_log_read_at ON public.read_log USING btree (read_at);
CREATE INDEX ix_sessions_account_id ON public.sessions USING btree (account_id);
CREATE INDEX ix_signals_reporter ON public.signals USING btree (reporter);
CREATE INDEX ix_signals_state ON public.signals USING btree (state, logged_at);
CREATE UNIQUE INDEX ix_weekly_lists_coach_week ON public.weekly_lists USING btree (coach_id, week);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.teams(team_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(account_id);
ALTER TABLE ONLY public.weekly_list_lines
    ADD CONSTRAINT weekly_list_lines_list_id_fkey FOREIGN KEY (list_id) REFERENCES public.weekly_lists(list_id);
