"""The SQL that fills the tables. PostgreSQL alone; the values by name."""

SUBSCRIPTIONS = """
    INSERT INTO subscribers_subscription (subscriber_id, newsletter_id, status, created_at, asked_at, confirmed_at,
        ended_at, end_reason, leave_answer, second_locale, weekdays, least_votes, time_zone, hour, locale, most_papers,
        format, detail, rhythm)
    SELECT id, %(newsletter)s, status, at, at, CASE WHEN status <> 'pending' THEN at END,
        CASE WHEN status = 'ended' THEN at + (%(now)s - at) * ((n %% 13) / 13.0) END,
        CASE WHEN status <> 'ended' THEN '' WHEN n %% 3 = 0 THEN 'bounced' ELSE 'left' END,
        CASE WHEN status = 'ended' AND n %% 3 = 1 THEN (ARRAY['often', 'topics', 'time', 'quality'])[1 + n %% 4]
            ELSE '' END,
        '', 127, 0, (ARRAY['Asia/Seoul', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Asia/Riyadh',
            'America/Sao_Paulo', 'Europe/Paris', 'America/Los_Angeles', 'Asia/Kolkata', 'UTC'])[1 + n %% 10],
        5 + n / 7 %% 6, (ARRAY['en', 'ko', 'ja', 'de', 'ar'])[1 + n / 3 %% 5], NULL,
        CASE WHEN n %% 11 = 0 THEN 'text' ELSE 'html' END, (ARRAY['full', 'short', 'titles'])[1 + n / 5 %% 3],
        'daily'
    FROM (
        SELECT id, n, %(now)s - interval '5 years' * (1 - n::float / %(readers)s) - interval '1 hour' AS at,
            CASE WHEN n %% 100 < 90 THEN 'active' WHEN n %% 100 < 97 THEN 'ended' ELSE 'pending' END AS status
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM subscribers_subscriber) numbered
        WHERE n <= %(readers)s
    ) reader
    ORDER BY id
"""
READERS_TOPICS = """
    INSERT INTO subscribers_subscription_topics (subscription_id, topic_id)
    SELECT s.id, t.id FROM subscribers_subscription s
    JOIN (SELECT id, row_number() OVER (ORDER BY slug) AS place FROM digests_topic WHERE newsletter_id = %(newsletter)s)
        t ON t.place = 1 + s.id %% 8
    WHERE s.newsletter_id = %(newsletter)s
"""
CONSENTS = """
    INSERT INTO subscribers_consent (subscription_id, act, at, wording, locale, page, network)
    SELECT id, act, coalesce(confirmed_at, %(now)s), 'Subscribe', locale, '/n/daily-papers/', '192.0.2.0/24'
    FROM subscribers_subscription CROSS JOIN unnest(ARRAY['asked', 'confirmed']) AS act
    WHERE id %% 3 = 0 ORDER BY id
"""
SUPPRESSIONS = """
    INSERT INTO subscribers_suppression (address_hash, newsletter_id, reason, created_at)
    SELECT address_hash, newsletter_id, 'bounced', ended_at
    FROM subscribers_subscription JOIN subscribers_subscriber r ON r.id = subscriber_id WHERE end_reason = 'bounced'
"""
DIGESTS = """
    INSERT INTO digests_digest (newsletter_id, day, kind, slug, status, ordering, approved_at, created_at)
    SELECT %(newsletter)s, day, 'daily', '', CASE WHEN n < 4 THEN 'approved' ELSE 'closed' END, 'votes', day, day
    FROM (
        SELECT n, %(before)s::date - greatest(n, floor(n * %(days)s::float / %(count)s)::int) AS day
        FROM generate_series(1, %(count)s) n
    ) numbered ORDER BY day
"""
# Of all digests but the few that were made by hand: papers, what is said of them, approvals, the public's pages.
PAST = (
    """
    CREATE TEMPORARY TABLE past ON COMMIT DROP AS
    SELECT d.id AS digest, d.day, place, row_number() OVER (ORDER BY d.day, d.id, place) AS n
    FROM digests_digest d CROSS JOIN generate_series(1, %(papers)s) place
    WHERE NOT EXISTS (SELECT 1 FROM digests_entry e WHERE e.digest_id = d.id)
    """,
    """
    INSERT INTO digests_paper (key, url, title, abstract, authors, media, published_on, keywords, code_url, project_url,
        image, image_tries, created_at)
    SELECT 'arxiv:1901.' || n, 'https://arxiv.org/abs/1901.' || n,
        'KiteNet ' || n || ': Planning with Little Supervision', %(abstract)s,
        '["Ada Example", "Ben Muster", "Cho Sample", "Dai Tameshi"]', '[]', day, '["planning"]', '', '', '', 0, day
    FROM past ORDER BY n
    """,
    "CREATE TEMPORARY TABLE said ON COMMIT DROP AS SELECT p.id AS paper, past.* FROM past JOIN digests_paper p"
    " ON p.key = 'arxiv:1901.' || past.n",
    """
    INSERT INTO digests_entry (digest_id, paper_id, position, votes, votes_at, included, listing)
    SELECT digest, paper, place, 100 - place, day, true, '{"hf_daily": {"votes": 12, "submitted_by": "ada"}}' FROM said
    ORDER BY n
    """,
    """
    INSERT INTO digests_paper_topics (paper_id, topic_id)
    SELECT paper, t.id FROM said
    JOIN (SELECT id, row_number() OVER (ORDER BY slug) AS place FROM digests_topic WHERE newsletter_id = %(newsletter)s)
        t ON (n + t.place) %% 7 = 0
    """,
    """
    INSERT INTO digests_summary (paper_id, locale, text, origin, model, checked_at, updated_at)
    SELECT paper, locale, words, 'machine', 'drafter-3', day, day
    FROM said CROSS JOIN unnest(%(locales)s::text[], %(words)s::text[]) AS each (locale, words) ORDER BY n
    """,
    """
    INSERT INTO digests_revision (digest_id, number, content, approved_at)
    SELECT DISTINCT ON (digest) digest, 1, r.content, day
    FROM past CROSS JOIN (SELECT content FROM digests_revision WHERE digest_id = %(template)s) r
    """,
    """
    INSERT INTO digests_printed (digest_id, revision_id, paper_id, entry, place, title, topics)
    SELECT digest, r.id, paper, n, place, 'KiteNet ' || n || ': Planning with Little Supervision', ' agents '
    FROM said JOIN digests_revision r ON r.digest_id = digest ORDER BY n
    """,
    """
    INSERT INTO digests_printedtext (printed_id, locale, point, terms)
    SELECT p.id, locale, 'KiteNet plans several steps ahead.', 'kitenet plans several steps ahead corrects ' || p.id
    FROM digests_printed p JOIN past ON past.digest = p.digest_id AND past.n = p.entry
    CROSS JOIN unnest(%(locales)s::text[]) AS locale
    """,
    """
    INSERT INTO feedback_linkcount (digest_id, paper_id, locale, number)
    SELECT digest, paper, locale, 1 + n * place %% 90 FROM said CROSS JOIN unnest(%(locales)s::text[]) AS locale
    """,
)
EDITIONS = """
    INSERT INTO digests_edition (revision_id, locale, key, selection, total, detail, format, created_at)
    SELECT r.id, 'en', md5(r.id || '-' || n), '[]', 20, 'full', 'html', %(now)s
    FROM digests_revision r CROSS JOIN generate_series(1, %(editions)s) n WHERE r.digest_id = %(digest)s
"""
_LEDGER = """
    INSERT INTO delivery_delivery (subscription_id, digest_id, correction, sender_id, status, skip, reason, due_at,
        ready_at, attempts, edition_id, worker, claimed_at, sent_at, created_at)
    SELECT id, %(digest)s, 0, sender, status, CASE WHEN status = 'skipped' THEN 'left' ELSE '' END,
        CASE WHEN status = 'failed' THEN '550 5.1.1 no such user' ELSE '' END, at, at, 1,
        editions[1 + id %% %(editions)s], CASE WHEN status IN ('planned', 'skipped') THEN '' ELSE 'mail-1:42' END,
        CASE WHEN status NOT IN ('planned', 'skipped') THEN at END, CASE WHEN status = 'sent' THEN at END, at
    FROM (
        SELECT s.id, a.sender_id AS sender, {status} AS status, {at} AS at FROM subscribers_subscription s
        JOIN postbox_senderassignment a ON a.newsletter_id = s.newsletter_id WHERE s.newsletter_id = %(newsletter)s
    ) due
    CROSS JOIN (
        SELECT array_agg(e.id) AS editions FROM digests_edition e
        JOIN digests_revision r ON r.id = e.revision_id WHERE r.digest_id = %(digest)s
    ) made
    ORDER BY id
"""
SENT = _LEDGER.format(status="'sent'", at="%(now)s::timestamptz - interval '24 hours' + s.id %% 10 * interval '1 hour'")
GOING_OUT = _LEDGER.format(
    status="""CASE WHEN s.id %% 20000 = 7 THEN 'uncertain' WHEN s.id %% 1000 = 1 THEN 'failed'
        WHEN s.id %% 100 = 2 THEN 'skipped' WHEN s.id %% 10 < 4 THEN 'sent' ELSE 'planned' END""",
    at="%(now)s::timestamptz + (s.id %% 10 - 4) * interval '1 hour'",
)
FINDINGS = """
    INSERT INTO digests_finding (summary_id, kind, level, bullet, detail, mark)
    SELECT s.id, 'numbers', CASE WHEN s.id %% 2 = 0 THEN 'error' ELSE 'warning' END, 0, '{"number": "4.2"}',
        encode(sha256(s.id::text::bytea), 'hex')
    FROM digests_summary s JOIN digests_entry e ON e.paper_id = s.paper_id
    WHERE e.digest_id = %(digest)s AND s.id %% 5 = 0
"""
COUNTS = (
    """
    INSERT INTO feedback_dailycount (newsletter_id, day, locale, kind, number)
    SELECT n.id, day, locale, kind, 10 + n.id * extract(doy FROM day)::int %% 70
    FROM digests_newsletter n CROSS JOIN unnest(%(locales)s::text[]) AS locale
    CROSS JOIN unnest(ARRAY['joined', 'left', 'sent', 'delivered', 'failed', 'uncertain', 'bounced', 'complained'])
        AS kind
    CROSS JOIN generate_series(%(now)s::date - 1825, %(now)s::date, '1 day') AS day
    """,
    """
    INSERT INTO feedback_event (delivery_id, kind, source, external_id, at, received_at, payload)
    SELECT id, CASE WHEN id %% 50 = 0 THEN 'bounced_soft' WHEN id %% 5000 = 1 THEN 'complained' ELSE 'delivered' END,
        'brevo', 'event-' || id, sent_at, sent_at, CASE WHEN id %% 50 = 0 THEN '{"reason": "mailbox full"}'::jsonb END
    FROM delivery_delivery WHERE status = 'sent' ORDER BY id
    """,
)
# What people at the desk have left behind: 25 acts and 10 lines of Django's log for each digest, letters of a week.
TRACES = (
    """
    INSERT INTO staff_act (at, "user", username, newsletter, verb, kind, thing, name, before, after)
    SELECT day + n * interval '1 minute', u.id, u.username, newsletter_id, 'change', 'digests.digest', d.id, 'Digest',
        '{"ordering": "votes"}', '{"ordering": "editor"}'
    FROM digests_digest d CROSS JOIN generate_series(1, 25) n JOIN staff_user u ON u.username = 'desk-editor'
    ORDER BY day
    """,
    """
    INSERT INTO django_admin_log (action_time, object_id, object_repr, action_flag, change_message, content_type_id,
        user_id)
    SELECT day + n * interval '1 minute', d.id, 'Digest', 2, '[]', t.id, u.id
    FROM digests_digest d CROSS JOIN generate_series(1, 10) n
    JOIN django_content_type t ON t.app_label = 'digests' AND t.model = 'digest'
    JOIN staff_user u ON u.username = 'desk-editor' ORDER BY day
    """,
    """
    INSERT INTO postbox_letter (sender_id, kind, "to", locale, subject, text, html, status, reason, attempts, ready_at,
        created_at, sent_at)
    SELECT %(sender)s, 'confirm', 'reader-' || n || '@example.com', 'en', 'Please confirm', 'Hello', '', 'sent', '', 1,
        at, at, at
    FROM (SELECT n, %(now)s::timestamptz - n * interval '20 seconds' AS at FROM generate_series(1, 30000) n) asked
    """,
    """
    INSERT INTO digests_glossaryterm (newsletter_id, locale, term, wanted, forbidden)
    SELECT %(newsletter)s, locale, 'term ' || n, 'word ' || n, '["wrong word"]'
    FROM generate_series(1, 300) n CROSS JOIN unnest(%(locales)s::text[]) AS locale
    """,
    """
    INSERT INTO subscribers_readerimport (newsletter_id, key, file_name, state, kind, encoding, problem, records,
        position, place, line, report_size, counts, asks, ground, suppresses, created_at, ended_at)
    VALUES (%(newsletter)s, gen_random_uuid(), 'readers.csv', 'done', 'listmonk', 'utf-8', '', 500000, 500000, '',
        500001, 0, '{}', true, '', false, %(now)s, %(now)s)
    """,
    """
    INSERT INTO digests_dayoff (newsletter_id, day, reason)
    SELECT %(newsletter)s, %(now)s::date + 3 + 30 * n, 'Holiday' FROM generate_series(1, 12) n
    """,
)
